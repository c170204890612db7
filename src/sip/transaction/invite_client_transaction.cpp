#include "sip/transaction/invite_client_transaction.hpp"

#include <utility>

#include "sip/transaction/hop_request.hpp"

namespace webcalling::sip {

InviteClientTransaction::InviteClientTransaction(TransactionContext& context, ClientTransactionId id, Request invite,
                                                 const Flow& flow)
    : context_(context),
      id_(id),
      invite_(std::move(invite)),
      flow_(flow),
      interval_(context.settings.t1),
      timer_a_(context.timers, [this] { retransmit(); }),
      deadline_(context.timers, [this] { expire(); }) {
  send(invite_.write());
  if (!is_reliable(flow_.kind)) timer_a_.start(interval_);
  deadline_.start(context_.patience());  // timer B
}

void InviteClientTransaction::receive(Response response) {
  switch (state_) {
    case State::Calling:
    case State::CancelPending:
    case State::Proceeding:
    case State::Cancelling: receive_first(std::move(response)); return;
    case State::Accepted:
      // RFC 6026 section 7.2: every 2xx goes up, repeated ones and those of other forks.
      if (response.is_success()) deliver(std::move(response));
      return;
    case State::Completed:
      if (response.is_final() && !response.is_success()) send(ack_);
      return;
    case State::Terminated: return;
  }
}

void InviteClientTransaction::receive_first(Response response) {
  if (response.is_provisional()) return receive_provisional(std::move(response));
  timer_a_.stop();
  if (response.is_success()) {
    state_ = State::Accepted;
    forget_invite();
    deadline_.start(context_.patience());  // timer M
    deliver(std::move(response));
    return;
  }
  state_ = State::Completed;
  ack_ = make_failure_ack(invite_, response).write();
  forget_invite();
  send(ack_);
  deliver(std::move(response));
  if (is_reliable(flow_.kind)) return terminate();
  deadline_.start(context_.patience());  // timer D: at least 32 s
}

void InviteClientTransaction::forget_invite() { invite_ = Request(); }

void InviteClientTransaction::receive_provisional(Response response) {
  if (state_ == State::Calling || state_ == State::CancelPending) {
    timer_a_.stop();
    deadline_.stop();
  }
  if (state_ == State::Calling) state_ = State::Proceeding;
  if (state_ == State::CancelPending) begin_cancelling();
  deliver(std::move(response));
}

void InviteClientTransaction::cancel(const std::optional<std::string>& reason) {
  switch (state_) {
    case State::Calling:
      // RFC 3261 section 9.1: "If no provisional response has been received, the CANCEL request MUST NOT be sent".
      cancel_reason_ = reason;
      state_ = State::CancelPending;
      return;
    case State::Proceeding:
      cancel_reason_ = reason;
      begin_cancelling();
      return;
    case State::CancelPending:
    case State::Cancelling:
    case State::Accepted:
    case State::Completed:
    case State::Terminated: return;
  }
}

void InviteClientTransaction::begin_cancelling() {
  state_ = State::Cancelling;
  context_.outbox.push(CancelDue{make_cancel(invite_, cancel_reason_), flow_});
  deadline_.start(context_.patience());
}

void InviteClientTransaction::retransmit() {
  send(invite_.write());
  interval_ *= 2;
  timer_a_.start(interval_);
}

void InviteClientTransaction::expire() {
  switch (state_) {
    case State::Calling:
    case State::CancelPending: return end_with(408);
    case State::Cancelling: return end_with(487);
    case State::Accepted:
    case State::Completed: return terminate();
    case State::Proceeding:
    case State::Terminated: return;
  }
}

void InviteClientTransaction::fail_transport() {
  switch (state_) {
    case State::Calling:
    case State::CancelPending:
    case State::Proceeding:
    case State::Cancelling: return end_with(503);
    case State::Accepted:
    case State::Completed: return terminate();
    case State::Terminated: return;
  }
}

void InviteClientTransaction::end_with(int status) {
  deliver(make_response(invite_, status, {}));
  terminate();
}

void InviteClientTransaction::terminate() {
  state_ = State::Terminated;
  timer_a_.stop();
  deadline_.stop();
  context_.outbox.push(ClientTransactionEnded{id_});
}

}  // namespace webcalling::sip
