#pragma once

// People who write to each other, phones that come, go and answer as they like, a disk that fails, a server that starts
// anew: what happens is told by bytes, so that tests and the fuzzer can let anything happen.

#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/keeper_for_tests.hpp"
#include "messaging/messenger.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::messaging {

class Office final : private sip::MessageSender,
                     private sip::TransactionLayer::User,
                     private call::Locator,
                     private dialplan::ExtensionDirectory {
 public:
  Office() {
    transactions_.set_user(*this);
    keeper_.delay = 20ms;
    restart();
  }

  void happen(std::uint8_t what, std::uint8_t more) {
    const std::string extension = more % 2 == 0 ? "1002" : "1003";
    switch (what % 16) {
      case 0:
      case 1:
      case 2:
      case 3: return write(extension);
      case 4:
      case 5:
      case 6:
      case 7: return answer(more);
      case 8:
      case 9: return pass(more * 40ms);
      case 10:
      case 11: return sign_in(extension, more);
      case 12: phones_.erase(device_of(extension, more).contact.text()); return;
      case 13: keeper_.is_broken = more % 4 == 0; return;
      case 14:
        if (more % 8 == 0) restart();
        return;
      case 15:
        if (more % 8 < 2) forget(extension);
        return;
      default: return;
    }
  }

  /// Everybody has answered, or has been given up. What is wrong then; empty if nothing.
  [[nodiscard]] std::string settle() {
    keeper_.is_broken = false;
    pass(5min);
    std::string wrong;
    const auto expect = [&wrong](bool right, std::string_view what) {
      if (!right) wrong += fmt::format("{}\n", what);
    };
    expect(messenger_->unanswered() == 0, "a sender waits for ever");
    expect(messenger_->busy_mailboxes() == 0, "a mailbox does not come to rest");
    expect(transactions_.active() == 0, "a transaction is left");
    expect(timers_.size() == (messenger_->kept() > 0 ? 1 : 0), "a timer is left");
    std::set<std::string> safe = taken_;
    safe.insert(declined_.begin(), declined_.end());
    for (const auto& [id, kept] : keeper_.content) safe.insert(kept.message.body);
    expect(keeper_.content.size() == messenger_->kept(), "the disk holds another number of messages");
    for (const auto& [body, letter] : letters_) {
      expect(letter.answers.size() == 1 || (letter.saw_restart && letter.answers.empty()),
             fmt::format("message {} has {} answers", body, letter.answers.size()));
      if (letter.answers.empty()) continue;
      const int status = letter.answers.front();
      if (status == 200) expect(taken_.contains(body), fmt::format("nobody has message {}", body));
      if (status == 202) expect(safe.contains(body) || letter.forgotten, fmt::format("message {} is lost", body));
    }
    return wrong;
  }

 private:
  struct Letter {
    std::string extension;
    std::vector<int> answers;
    bool saw_restart = false;
    bool forgotten = false;
  };
  struct Asked {
    sip::Request request;
    sip::Flow flow;
  };

  void restart() {
    messenger_.reset();
    messenger_.emplace(Messenger::Outside{.timers = timers_,
                                          .random = random_,
                                          .transactions = transactions_,
                                          .locator = *this,
                                          .dialplan = dialplan_,
                                          .log = log_,
                                          .wall_clock = [] { return WallTime{std::chrono::hours{500'000}}; }},
                       Settings{.max_kept = 5, .max_kept_in_all = 8, .max_unanswered = 6});
    messenger_->resume(keeper_, keeper_.list());
    for (auto& [body, letter] : letters_) letter.saw_restart = true;
  }

  void forget(const std::string& extension) {
    messenger_->forget(extension);
    for (auto& [body, letter] : letters_) {
      if (letter.extension == extension) letter.forgotten = true;
    }
  }

  void write(const std::string& extension) {
    const std::string body = std::to_string(letters_.size());
    letters_[body].extension = extension;
    transactions_.receive(
        fmt::format("MESSAGE sip:{}@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.9;branch=z9hG4bK{}\r\n"
                    "From: <sip:1001@10.0.0.1>;tag=1\r\nTo: <sip:{}@10.0.0.1>\r\nCall-ID: {}\r\nCSeq: 1 MESSAGE\r\n"
                    "Content-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}",
                    extension, body, extension, body, body.size(), body),
        sender_flow());
  }

  void answer(std::uint8_t choice) {
    constexpr std::array kStatuses{200, 200, 200, 202, 480, 415, 405, 503, 430, 603};
    if (asked_.empty()) return;
    const std::size_t index = choice % asked_.size();
    const Asked asked = asked_[index];
    asked_.erase(asked_.begin() + static_cast<std::ptrdiff_t>(index));
    const int status = kStatuses.at((choice / 7U) % kStatuses.size());
    const std::string body(asked.request.body());
    if (status < 300) taken_.insert(body);
    if (status == 603) declined_.insert(body);
    transactions_.receive(sip::make_response(asked.request, status, "theirs").write(), asked.flow);
  }

  void pass(Duration time) { timers_.advance(timers_.now() + time); }

  void sign_in(const std::string& extension, std::uint8_t choice) {
    const auto device = device_of(extension, choice);
    phones_.insert_or_assign(device.contact.text(), std::pair(extension, device));
    messenger_->on_registered(extension, device);
  }

  static call::Destination device_of(const std::string& extension, std::uint8_t choice) {
    call::Destination device;
    device.contact.user = extension;
    device.contact.host = fmt::format("10.0.1.{}", choice / 2 % 3);
    device.flow = {.kind = sip::TransportKind::Tcp,
                   .local = {IpAddress::v4(0x0a000001), 5060},
                   .remote = {IpAddress::v4(0x0a000100), 5060}};
    device.party.extension = extension;
    if (choice % 8 < 2) device.alternatives.push_back(device_of(extension, 2));
    return device;
  }
  static sip::Flow sender_flow() {
    return {.kind = sip::TransportKind::Tcp,
            .local = {IpAddress::v4(0x0a000001), 5060},
            .remote = {IpAddress::v4(0x0a000009), 5060},
            .connection = sip::ConnectionId{1}};
  }

  void send(const sip::Flow& flow, std::string_view text) override {
    auto message = sip::parse(text).value();
    if (auto* request = std::get_if<sip::Request>(&message)) return asked_.push_back({std::move(*request), flow});
    const auto& response = std::get<sip::Response>(message);
    if (response.is_final()) letters_.at(std::string(response.call_id())).answers.push_back(response.status());
  }
  void on_request(const sip::Request& request, const sip::Flow& flow) override {
    messenger_->receive(request.uri().user, request, flow, {.extension = "1001", .display_name = "Alice"});
  }
  void on_cancel(sip::ServerTransactionId, const sip::Request&) override {}
  void on_server_failure(sip::ServerTransactionId) override {}

  call::RingOrder locate(std::string_view extension, const sip::Uri&) override {
    call::RingOrder order;
    for (const auto& [contact, phone] : phones_) {
      if (phone.first == extension) order.push_back({phone.second});
    }
    return order;
  }
  sip::Uri unveil(const sip::Uri& target) override { return target; }
  bool is_foreign(const sip::Uri& /*target*/) override { return false; }
  std::shared_ptr<call::Lookup> look_up(const call::RingDomain& /*domain*/, call::OnLocated /*done*/) override {
    return nullptr;
  }
  void note_dead_way(const call::Destination& /*destination*/) override {}
  call::Party describe(std::string_view extension) override {
    return {.extension = std::string(extension), .display_name = {}};
  }
  bool has_extension(std::string_view extension) override { return extension == "1002" || extension == "1003"; }

  TimerQueue timers_{TimePoint{1000s}};
  SeededRandom random_{7};
  Log log_{Log::Level::Error, [](Log::Level, std::string_view) {}};
  sip::TransactionLayer transactions_{timers_, random_, *this};
  dialplan::Dialplan dialplan_{*this};
  KeeperForTests keeper_{timers_};
  std::map<std::string, std::pair<std::string, call::Destination>> phones_;
  std::map<std::string, Letter> letters_;
  std::vector<Asked> asked_;
  std::set<std::string> taken_;
  std::set<std::string> declined_;
  std::optional<Messenger> messenger_;
};

}  // namespace webcalling::messaging
