#pragma once

// A network and a clock for the unit tests of this folder.

#include <gmock/gmock.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"
#include "sip/message/parser.hpp"
#include "sip/transaction/transaction_context.hpp"

namespace webcalling::sip {

class SentMessages final : public MessageSender {
 public:
  struct Sent {
    Flow flow;
    std::string text;
  };

  void send(const Flow& flow, std::string_view message) override { all.push_back({flow, std::string(message)}); }

  std::optional<Endpoint> local_towards(TransportKind /*kind*/, const IpAddress& /*remote*/) override {
    if (!stream_port) return std::nullopt;
    return Endpoint{IpAddress::v4(0x0a000001), *stream_port};
  }

  [[nodiscard]] std::size_t count() const { return all.size(); }
  [[nodiscard]] std::string first_line(std::size_t index) const {
    const std::string& text = all.at(index).text;
    return text.substr(0, text.find("\r\n"));
  }
  [[nodiscard]] std::vector<std::string> first_lines() const {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < all.size(); ++i) lines.push_back(first_line(i));
    return lines;
  }
  [[nodiscard]] Request request(std::size_t index) const {
    return std::get<Request>(parse(all.at(index).text).value());
  }
  [[nodiscard]] Response response(std::size_t index) const {
    return std::get<Response>(parse(all.at(index).text).value());
  }

  std::vector<Sent> all;
  /// Where we listen for streams; nothing if we do not.
  std::optional<std::uint16_t> stream_port;
};

inline Flow udp_flow() {
  return {TransportKind::Udp, {IpAddress::v4(0x0a000001), 5060}, {IpAddress::v4(0x0a000002), 5070}, ConnectionId{0}};
}

inline Flow tcp_flow() {
  return {TransportKind::Tcp, {IpAddress::v4(0x0a000001), 5060}, {IpAddress::v4(0x0a000002), 41000}, ConnectionId{7}};
}

inline Flow ws_flow() {
  return {TransportKind::Ws, {IpAddress::v4(0x0a000001), 5066}, {IpAddress::v4(0x0a000002), 44539}, ConnectionId{9}};
}

struct RequestText {
  std::string method = "INVITE";
  std::string branch = "z9hG4bK776asdhds";
  std::string sent_by = "10.0.0.2:5070";
  std::string via_parameters = ";rport";
  std::string to = "<sip:bob@example.com>";
  std::string transport = "UDP";

  [[nodiscard]] std::string text() const {
    const std::string via_branch = branch.empty() ? "" : ";branch=" + branch;
    const std::string contact = method == "INVITE" ? "Contact: <sip:alice@10.0.0.2:5070>\r\n" : "";
    return method + " sip:bob@example.com SIP/2.0\r\n" +                                         //
           "Via: SIP/2.0/" + transport + " " + sent_by + via_branch + via_parameters + "\r\n" +  //
           "Max-Forwards: 70\r\n" +                                                              //
           "From: \"Alice\" <sip:alice@example.com>;tag=1928301774\r\n" +                        //
           "To: " + to + "\r\n" +                                                                //
           "Call-ID: a84b4c76e66710\r\n" +                                                       //
           "CSeq: 314159 " + method + "\r\n" + contact +                                         //
           "Content-Length: 0\r\n\r\n";
  }
  [[nodiscard]] Request request() const { return std::get<Request>(parse(text()).value()); }
};

/// One machine with its surroundings: what it sends, what it tells, and the time.
struct TransactionSim {
  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{7};
  SentMessages sent;
  std::vector<TransactionEvent> events;
  Outbox outbox{timers, [this](TransactionEvent event) { events.push_back(std::move(event)); }};
  TransactionContext context{timers, random, sent, outbox, {}};

  void advance(Duration by) { timers.advance(timers.now() + by); }

  template <typename Event>
  [[nodiscard]] std::size_t count() {
    outbox.deliver();
    std::size_t found = 0;
    for (const auto& event : events) found += std::holds_alternative<Event>(event) ? 1 : 0;
    return found;
  }
  /// The status of every response that went up.
  [[nodiscard]] std::vector<int> statuses() {
    outbox.deliver();
    std::vector<int> out;
    for (const auto& event : events) {
      if (const auto* arrived = std::get_if<ResponseArrived>(&event)) out.push_back(arrived->response.status());
    }
    return out;
  }
};

}  // namespace webcalling::sip
