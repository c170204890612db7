#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "sip/message/call_headers.hpp"
#include "sip/message/message.hpp"

namespace webcalling::call {

/// The provisional responses to one INVITE that its sender must acknowledge (RFC 3262 section 3): each is repeated
/// until its PRACK is here, and the next waits until then.
class ReliableProvisionals {
 public:
  using Send = std::function<void(const sip::Response& response)>;
  /// No PRACK came within 64*T1: the INVITE is to be refused. Called from the timer queue.
  using OnUnacknowledged = std::function<void()>;

  ReliableProvisionals(TimerQueue& timers, Random& random, Send send, OnUnacknowledged on_unacknowledged);

  /// Requires 100rel of the response, numbers it, and sends it as soon as those before it are acknowledged.
  void send(sip::Response response);
  /// The response that this acknowledges; nothing if none waits for it.
  [[nodiscard]] std::optional<sip::Response> acknowledge(const sip::RAck& rack);
  /// True while a response waits for its PRACK.
  [[nodiscard]] bool waiting() const { return !unacknowledged_.empty(); }
  /// The INVITE has its final response: nothing is repeated any more.
  void stop();

 private:
  void send_first();
  void retransmit();

  Random& random_;
  Send send_;
  OnUnacknowledged on_unacknowledged_;
  /// The first one has been sent.
  std::deque<sip::Response> unacknowledged_;
  std::uint32_t last_number_ = 0;
  Duration interval_{};
  Timer retransmission_;
  Timer deadline_;
};

}  // namespace webcalling::call
