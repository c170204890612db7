#pragma once

// For the tests of this room: a registrar, and REGISTERs of 1002 as they come from the network.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "registrar/registrar.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::registrar {

inline sip::Flow ws_flow(std::uint64_t connection = 9) {
  return {sip::TransportKind::Ws,
          {IpAddress::v4(0x0a000001), 5066},
          {IpAddress::v4(0x0a000002), 44539},
          sip::ConnectionId{connection}};
}

inline sip::Flow tcp_flow(std::uint64_t connection = 7, std::uint16_t port = 40123) {
  return {sip::TransportKind::Tcp,
          {IpAddress::v4(0x0a000001), 5060},
          {IpAddress::v4(0x0a000002), port},
          sip::ConnectionId{connection}};
}

inline sip::Flow udp_flow(std::uint16_t port = 5070) {
  return {sip::TransportKind::Udp, {IpAddress::v4(0x0a000001), 5060}, {IpAddress::v4(0x0a000002), port}, {}};
}

inline const std::string kBrowser = "Contact: <sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=600\r\n";

struct Register {
  std::string headers = kBrowser;
  std::string call_id = "geklegd7iobftuch3i2a";
  int cseq = 3;
  std::string to = "sip:1002@10.105.10.116:5060";
  std::string uri = "sip:10.105.10.116:5060";
  /// Of the proxies that it came through.
  std::string further_vias = {};

  [[nodiscard]] sip::Request request() const {
    return std::get<sip::Request>(sip::parse("REGISTER " + uri + " SIP/2.0\r\n" + further_vias +
                                             "Via: SIP/2.0/WS 7bhs9fl1c2ll.invalid;branch=z9hG4bK491249\r\n"
                                             "To: <" +
                                             to +
                                             ">\r\n"
                                             "From: \"1002\" <sip:1002@10.105.10.116:5060>;tag=pfkt19pi9d\r\n"
                                             "CSeq: " +
                                             std::to_string(cseq) +
                                             " REGISTER\r\n"
                                             "Call-ID: " +
                                             call_id +
                                             "\r\n"
                                             "Max-Forwards: 70\r\n"
                                             "User-Agent: SIP.js/0.21.1\r\n" +
                                             headers + "Content-Length: 0\r\n\r\n")
                                      .value());
  }
};

struct Journal final : Registrar::Listener {
  void on_registered(const std::string& user, const Binding& binding) override {
    lines.push_back("+" + user + " " + binding.contact.user);
  }
  void on_unregistered(const std::string& user, const Binding& binding) override {
    lines.push_back("-" + user + " " + binding.contact.user);
  }
  std::vector<std::string> lines;
};

/// What would be on the disk.
struct Notebook final : BindingJournal {
  void put(const StoredBinding& binding) override { bindings.insert_or_assign(binding.binding.id, binding); }
  void remove(BindingId id) override { bindings.erase(id); }
  [[nodiscard]] std::vector<StoredBinding> read() const {
    std::vector<StoredBinding> all;
    for (const auto& [id, binding] : bindings) all.push_back(binding);
    return all;
  }
  std::map<BindingId, StoredBinding> bindings;
};

inline constexpr TimePoint kStart{1000s};
inline constexpr WallTime kWallStart{1731161795000ms};

class RegistrarTest : public testing::Test {
 protected:
  RegistrarTest() { registrar.set_listener(journal); }

  sip::Response handle(const Register& request, const sip::Flow& flow = ws_flow()) {
    return registrar.handle(request.request(), "1002", flow);
  }
  void advance(Duration by) { timers.advance(timers.now() + by); }
  [[nodiscard]] std::vector<std::string> contacts() const {
    std::vector<std::string> users;
    for (const auto& binding : registrar.find("1002")) users.push_back(binding.contact.user);
    return users;
  }
  const std::vector<std::string>& events() {
    advance(0s);
    return journal.lines;
  }
  static std::string contact(const std::string& user, const std::string& parameters = {}) {
    return "Contact: <sip:" + user + "@192.0.2.7:5070>" + parameters + "\r\n";
  }

  TimerQueue timers{kStart};
  SeededRandom random{3};
  Journal journal;
  Registrar registrar{timers, random, [this] {
                        return kWallStart + std::chrono::floor<std::chrono::milliseconds>(timers.now() - kStart);
                      }};
};

}  // namespace webcalling::registrar
