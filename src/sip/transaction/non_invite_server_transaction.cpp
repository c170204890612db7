#include "sip/transaction/non_invite_server_transaction.hpp"

#include <utility>

namespace webcalling::sip {

NonInviteServerTransaction::NonInviteServerTransaction(TransactionContext& context, ServerTransactionId id,
                                                       ReplyPath path)
    : context_(context), id_(id), path_(std::move(path)), deadline_(context.timers, [this] { terminate(); }) {
  deadline_.start(context_.patience());
}

void NonInviteServerTransaction::receive_retransmission() {
  switch (state_) {
    case State::Proceeding:
    case State::Completed: send(); return;
    case State::Trying:
    case State::Terminated: return;
  }
}

void NonInviteServerTransaction::respond(const Response& response) {
  switch (state_) {
    case State::Trying:
    case State::Proceeding:
      response_ = response.write();
      send();
      if (response.is_provisional()) {
        state_ = State::Proceeding;
      } else if (is_reliable(path_.flow.kind)) {
        terminate();
      } else {
        state_ = State::Completed;
        deadline_.start(context_.patience());  // timer J
      }
      return;
    case State::Completed:
    case State::Terminated: return;
  }
}

void NonInviteServerTransaction::fail_transport() {
  switch (state_) {
    case State::Trying:
    case State::Proceeding:
      terminate();
      context_.outbox.push(ServerTransactionFailed{id_});
      return;
    case State::Completed: return terminate();
    case State::Terminated: return;
  }
}

void NonInviteServerTransaction::terminate() {
  state_ = State::Terminated;
  deadline_.stop();
  context_.outbox.push(ServerTransactionEnded{id_});
}

}  // namespace webcalling::sip
