#pragma once

#include <optional>
#include <string>

#include "sip/message/message.hpp"
#include "sip/transaction/transaction_context.hpp"

namespace webcalling::sip {

/// RFC 3261 section 17.1.1 (figure 5) with the Accepted state of RFC 6026 (figure 3), and the sending side of CANCEL
/// (section 9.1). A ringing INVITE has no time limit here: its user gives up with cancel().
class InviteClientTransaction {
 public:
  enum class State {
    Calling,
    CancelPending,  ///< Calling, and to be cancelled as soon as the peer has shown that it got the INVITE
    Proceeding,
    Cancelling,  ///< Proceeding with CANCEL sent
    Accepted,
    Completed,
    Terminated,
  };

  /// Sends the INVITE, which has its Via already.
  InviteClientTransaction(TransactionContext& context, ClientTransactionId id, Request invite, const Flow& flow);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool awaits_final_response() const { return state_ < State::Accepted; }
  /// No response yet, and its user still wants one.
  [[nodiscard]] bool has_heard_nothing() const { return state_ == State::Calling; }
  [[nodiscard]] const Flow& flow() const { return flow_; }

  void receive(Response response);
  void cancel(const std::optional<std::string>& reason);
  void fail_transport();

 private:
  void receive_first(Response response);
  void receive_provisional(Response response);
  /// It is not needed any more, and would stand there for half a minute.
  void forget_invite();
  void begin_cancelling();
  void retransmit();
  void expire();
  void end_with(int status);
  void terminate();
  void send(const std::string& message) { context_.sender.send(flow_, message); }
  void deliver(Response response) { context_.outbox.push(ResponseArrived{id_, std::move(response)}); }

  TransactionContext& context_;
  ClientTransactionId id_;
  Request invite_;
  Flow flow_;
  State state_ = State::Calling;
  std::string ack_;
  std::optional<std::string> cancel_reason_;
  Duration interval_;
  Timer timer_a_;
  /// B, D, M or the wait after CANCEL: what it means depends on the state.
  Timer deadline_;
};

}  // namespace webcalling::sip
