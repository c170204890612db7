#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/accounts_for_tests.hpp"
#include "call/leg/media_for_tests.hpp"
#include "pbx/pbx.hpp"
#include "sip/auth/digest_client.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling {

/// A PBX with the accounts 1001 and 1002, and one peer that says what a test lets it say.
class PbxForTests : private sip::MessageSender {
  Gate* gate_;

 public:
  /// Without a gate everybody is let in.
  explicit PbxForTests(Gate* gate = nullptr) : gate_(gate) {
    accounts.add("1001", "secret");
    accounts.add("1002", "secret");
  }

  static sip::Flow flow() {
    return {.local = {IpAddress::v4(0x0a000001), 5060}, .remote = {IpAddress::v4(0x0a000009), 5070}};
  }

  /// A well-formed request from 1002, each in a transaction of its own.
  sip::Request request(sip::Method method, std::string_view user, std::string_view to_tag = {}) {
    sip::Uri uri;
    uri.user = user;
    uri.host = "10.0.0.1";
    sip::Request out(method, uri);
    out.add(sip::HeaderName::Via, fmt::format("SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bK{};rport", ++serial_));
    out.add(sip::HeaderName::From, "<sip:1002@10.0.0.1>;tag=theirs");
    out.add(sip::HeaderName::To, fmt::format("<sip:{}@10.0.0.1>{}", user.empty() ? "1002" : user,
                                             to_tag.empty() ? "" : fmt::format(";tag={}", to_tag)));
    out.add(sip::HeaderName::CallId, fmt::format("call-{}", serial_));
    out.add(sip::HeaderName::CSeq, fmt::format("1 {}", sip::text(method)));
    out.add(sip::HeaderName::Contact, "<sip:1002@10.0.0.9:5070>");
    out.add(sip::HeaderName::MaxForwards, "70");
    return out;
  }

  /// Sends it and gives what the PBX said to it at once.
  std::vector<sip::Response> responses_to(const sip::Request& request) {
    sent_.clear();
    pbx.receive(request.write(), flow());
    std::vector<sip::Response> responses;
    for (const std::string& text : sent_) {
      auto message = sip::parse(text).value();
      if (auto* response = std::get_if<sip::Response>(&message)) responses.push_back(std::move(*response));
    }
    return responses;
  }
  sip::Response response_to(const sip::Request& request) { return responses_to(request).at(0); }
  /// The same with credentials, after the challenge.
  std::vector<sip::Response> responses_to_authorized(sip::Request request, const std::string& user = "1002") {
    sip::DigestClient client(user, "secret", random);
    client.answer(response_to(request), request);
    return responses_to(request);
  }
  /// What went out since the last request came in.
  [[nodiscard]] const std::vector<std::string>& sent() const { return sent_; }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{7};
  call::RecordedMedia media{random};
  account::AccountsForTests accounts;
  account::SessionTable sessions{random, [] { return WallTime{}; }, {}};
  Log log{Log::Level::Error, [](Log::Level, std::string_view) {}};
  Pbx pbx{{.timers = timers,
           .random = random,
           .sender = *this,
           .media = media,
           .accounts = accounts,
           .log = log,
           .wall_clock = [] { return WallTime{}; },
           .gate = gate_,
           .sessions = &sessions},
          {}};

 private:
  void send(const sip::Flow& /*flow*/, std::string_view message) override { sent_.emplace_back(message); }

  int serial_ = 0;
  std::vector<std::string> sent_;
};

}  // namespace webcalling
