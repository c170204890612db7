#pragma once

#include "sip/message/message.hpp"
#include "sip/transaction/transaction_context.hpp"

namespace webcalling::sip {

/// RFC 3261 section 17.1.2 (figure 6).
class NonInviteClientTransaction {
 public:
  enum class State { Trying, Proceeding, Completed, Terminated };

  /// Sends the request, which has its Via already.
  NonInviteClientTransaction(TransactionContext& context, ClientTransactionId id, Request request, const Flow& flow);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool awaits_final_response() const { return state_ < State::Completed; }
  [[nodiscard]] bool has_heard_nothing() const { return state_ == State::Trying; }
  [[nodiscard]] const Flow& flow() const { return flow_; }

  void receive(Response response);
  void fail_transport();

 private:
  void complete(Response response);
  void retransmit();
  void expire();
  void end_with(int status);
  void terminate();
  void deliver(Response response) { context_.outbox.push(ResponseArrived{id_, std::move(response)}); }

  TransactionContext& context_;
  ClientTransactionId id_;
  Request request_;
  Flow flow_;
  State state_ = State::Trying;
  Duration interval_;
  Timer timer_e_;
  /// F, or K once completed.
  Timer deadline_;
};

}  // namespace webcalling::sip
