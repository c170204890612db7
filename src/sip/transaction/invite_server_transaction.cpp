#include "sip/transaction/invite_server_transaction.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::sip {

InviteServerTransaction::InviteServerTransaction(TransactionContext& context, ServerTransactionId id,
                                                 const Request& invite, ReplyPath path)
    : context_(context),
      id_(id),
      path_(std::move(path)),
      response_(make_response(invite, 100, {}).write()),
      interval_(context.settings.t1),
      retransmission_(context.timers, [this] { retransmit(); }),
      deadline_(context.timers, [this] { expire(); }) {
  send();
}

void InviteServerTransaction::receive_retransmission() {
  switch (state_) {
    case State::Proceeding:
    case State::Accepted:
    case State::Completed: send(); return;
    case State::Acknowledged:
    case State::Confirmed:
    case State::Terminated: return;
  }
}

bool InviteServerTransaction::receive_ack() {
  switch (state_) {
    case State::Accepted:
    case State::Acknowledged: return true;
    case State::Completed:
      state_ = State::Confirmed;
      retransmission_.stop();
      if (is_reliable(path_.flow.kind)) {
        terminate();
      } else {
        deadline_.start(context_.settings.t4);  // timer I
      }
      return false;
    case State::Proceeding:
    case State::Confirmed:
    case State::Terminated: return false;
  }
  return false;
}

void InviteServerTransaction::respond(const Response& response) {
  switch (state_) {
    case State::Proceeding: return respond_first(response);
    case State::Accepted:
      // RFC 6026 section 7.1: a further 2xx of the user is sent as it is.
      if (!response.is_success()) return;
      response_ = response.write();
      send();
      return;
    case State::Acknowledged:
    case State::Completed:
    case State::Confirmed:
    case State::Terminated: return;
  }
}

void InviteServerTransaction::respond_first(const Response& response) {
  response_ = response.write();
  if (auto tag = response.to_tag(); !tag.empty()) local_tag_ = std::move(tag);
  send();
  if (response.is_provisional()) return;
  state_ = response.is_success() ? State::Accepted : State::Completed;
  // Section 13.3.1.4: a 2xx is retransmitted over reliable transports too, since the next hop may be unreliable.
  if (state_ == State::Accepted || !is_reliable(path_.flow.kind)) retransmission_.start(interval_);
  deadline_.start(context_.patience());  // timers H and L
}

void InviteServerTransaction::acknowledge() {
  if (state_ != State::Accepted) return;
  state_ = State::Acknowledged;
  retransmission_.stop();
  // It is not sent again, and would stand there for half a minute.
  response_ = std::string();
}

void InviteServerTransaction::retransmit() {
  send();
  interval_ = std::min(2 * interval_, context_.settings.t2);
  retransmission_.start(interval_);
}

void InviteServerTransaction::expire() {
  switch (state_) {
    case State::Accepted:
    case State::Completed: return fail();
    case State::Acknowledged:
    case State::Confirmed: return terminate();
    case State::Proceeding:
    case State::Terminated: return;
  }
}

void InviteServerTransaction::fail_transport() {
  switch (state_) {
    case State::Proceeding:
    case State::Accepted:
    case State::Completed: return fail();
    case State::Acknowledged:
    case State::Confirmed: return terminate();
    case State::Terminated: return;
  }
}

void InviteServerTransaction::fail() {
  terminate();
  context_.outbox.push(ServerTransactionFailed{id_});
}

void InviteServerTransaction::terminate() {
  state_ = State::Terminated;
  retransmission_.stop();
  deadline_.stop();
  context_.outbox.push(ServerTransactionEnded{id_});
}

}  // namespace webcalling::sip
