#include "sip/transaction/non_invite_client_transaction.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::sip {

NonInviteClientTransaction::NonInviteClientTransaction(TransactionContext& context, ClientTransactionId id,
                                                       Request request, const Flow& flow)
    : context_(context),
      id_(id),
      request_(std::move(request)),
      flow_(flow),
      interval_(context.settings.t1),
      timer_e_(context.timers, [this] { retransmit(); }),
      deadline_(context.timers, [this] { expire(); }) {
  context_.sender.send(flow_, request_.write());
  if (!is_reliable(flow_.kind)) timer_e_.start(interval_);
  deadline_.start(context_.patience());  // timer F
}

void NonInviteClientTransaction::receive(Response response) {
  switch (state_) {
    case State::Trying:
    case State::Proceeding:
      if (response.is_final()) return complete(std::move(response));
      state_ = State::Proceeding;
      deliver(std::move(response));
      return;
    case State::Completed:
    case State::Terminated: return;
  }
}

void NonInviteClientTransaction::complete(Response response) {
  state_ = State::Completed;
  timer_e_.stop();
  // It is not needed any more.
  request_ = Request();
  deliver(std::move(response));
  if (is_reliable(flow_.kind)) return terminate();
  deadline_.start(context_.settings.t4);  // timer K
}

void NonInviteClientTransaction::retransmit() {
  context_.sender.send(flow_, request_.write());
  // Section 17.1.2.2: the interval doubles up to T2; once a provisional response is in, it is T2.
  interval_ = state_ == State::Proceeding ? context_.settings.t2 : std::min(2 * interval_, context_.settings.t2);
  timer_e_.start(interval_);
}

void NonInviteClientTransaction::expire() {
  switch (state_) {
    case State::Trying:
    case State::Proceeding: return end_with(408);
    case State::Completed: return terminate();
    case State::Terminated: return;
  }
}

void NonInviteClientTransaction::fail_transport() {
  switch (state_) {
    case State::Trying:
    case State::Proceeding: return end_with(503);
    case State::Completed: return terminate();
    case State::Terminated: return;
  }
}

void NonInviteClientTransaction::end_with(int status) {
  deliver(make_response(request_, status, {}));
  terminate();
}

void NonInviteClientTransaction::terminate() {
  state_ = State::Terminated;
  timer_e_.stop();
  deadline_.stop();
  context_.outbox.push(ClientTransactionEnded{id_});
}

}  // namespace webcalling::sip
