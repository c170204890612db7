#pragma once

#include <cstddef>
#include <functional>
#include <variant>
#include <vector>

#include "base/timer_queue.hpp"
#include "sip/message/message.hpp"
#include "sip/transaction/transaction_id.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// A request outside any transaction, or an ACK to a 2xx.
struct RequestArrived {
  Request request;
  Flow flow;
};
/// A CANCEL for an INVITE that has no final response yet.
struct InviteCancelled {
  ServerTransactionId invite;
  Request cancel;
};
struct ServerTransactionEnded {
  ServerTransactionId id;
};
struct ServerTransactionFailed {
  ServerTransactionId id;
};
/// From the network, or made here: 408, 487, 503.
struct ResponseArrived {
  ClientTransactionId id;
  Response response;
};
/// The time has come to send this CANCEL in a transaction of its own.
struct CancelDue {
  Request cancel;
  Flow flow;
};
struct ClientTransactionEnded {
  ClientTransactionId id;
};

using TransactionEvent = std::variant<RequestArrived, InviteCancelled, ServerTransactionEnded, ServerTransactionFailed,
                                      ResponseArrived, CancelDue, ClientTransactionEnded>;

/// What transactions have to tell, kept until everything is consistent again. The owner calls deliver() or tidy() at
/// the end of each of its entry points; what a timer caused is delivered by the timer queue itself, within the same
/// advance().
class Outbox {
 public:
  using Receiver = std::function<void(TransactionEvent)>;

  Outbox(TimerQueue& timers, Receiver receiver);

  void push(TransactionEvent event);
  /// An entry point that will deliver() has begun: what is pushed until then needs no timer.
  void hold() { held_ = true; }
  /// Hands out the events in their order. Called from inside a receiver it does nothing: the outer call goes on.
  void deliver();
  /// Hands out only what concerns the layer itself, and nothing that waits behind an event for the user: for entry
  /// points that must not call back.
  void tidy();

 private:
  [[nodiscard]] bool empty() const { return next_ == events_.size(); }
  void deliver_first();

  Receiver receiver_;
  /// From `next_` on; all memory stays for those to come.
  std::vector<TransactionEvent> events_;
  std::size_t next_ = 0;
  bool held_ = false;
  bool delivering_ = false;
  Timer wake_up_;
};

}  // namespace webcalling::sip
