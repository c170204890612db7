#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "base/timer_queue.hpp"
#include "sip/message/message.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// RFC 3261 section 18.1.1: a request that may not fit into one datagram goes over TCP, where the peer takes that. Who
/// does not is remembered for a while, so that the next request need not find out again.
class LargeRequests {
 public:
  /// "within 200 bytes of the path MTU, or [...] larger than 1300 bytes and the path MTU is unknown": we never know it.
  static constexpr std::size_t kLargestDatagram = 1300;
  static constexpr Duration kMemory = 10min;
  static constexpr std::size_t kMostRemembered = 1000;

  LargeRequests(TimerQueue& timers, MessageSender& sender) : timers_(timers), sender_(sender) {}

  /// The flow of TCP for a request that has no Via of ours yet. Nothing if it stays where it is: its flow is no UDP, it
  /// is small, or the peer takes no TCP or cannot be connected to because a NAT stands before it.
  [[nodiscard]] std::optional<Flow> stream_for(const Request& request, const Flow& flow);
  /// The peer took no connection.
  void note_refusal(const Endpoint& peer);

 private:
  TimerQueue& timers_;
  MessageSender& sender_;
  std::map<Endpoint, TimePoint> refused_until_;
};

}  // namespace webcalling::sip
