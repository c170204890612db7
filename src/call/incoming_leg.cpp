#include "call/incoming_leg.hpp"

#include "call/capabilities.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {

std::shared_ptr<IncomingLeg> IncomingLeg::accept(Surroundings& surroundings, LegListener& listener, CallId call,
                                                 const sip::Request& invite, const sip::Flow& flow) {
  const std::shared_ptr<IncomingLeg> leg(new IncomingLeg(surroundings, listener, call, invite, flow));
  leg->index_transaction(leg->transaction_);
  const auto sdp = sip::session_description(invite);
  if (!sdp) {
    surroundings.log.warning("INVITE {}: {}", leg->dialled_, sdp.error().text);
    leg->reject(sip::refusal_of_body(sdp.error()));
    return nullptr;
  }
  const auto offer = leg->media_.receive_offer(*sdp, flow.local.address);
  if (!offer) {
    surroundings.log.warning("INVITE {}: {}", leg->dialled_, offer.error().text);
    leg->reject(offer.error().kind == Error::Kind::Malformed ? 400 : 488);
    return nullptr;
  }
  if (!leg->open_dialog()) {
    leg->reject(400);
    return nullptr;
  }
  return leg;
}

IncomingLeg::IncomingLeg(Surroundings& surroundings, LegListener& listener, CallId call, const sip::Request& invite,
                         const sip::Flow& flow)
    : Leg(surroundings, listener, call),
      invite_(invite),
      flow_(flow),
      transaction_(surroundings.transactions.accept(invite, flow)),
      local_tag_(surroundings.random.token(10)),
      dialled_(invite.uri().user) {}

bool IncomingLeg::open_dialog() {
  auto dialog = sip::Dialog::from_request(invite_, local_tag_, flow_, local_contact(dialled_, flow_));
  if (!dialog) return false;
  dialog_ = std::move(*dialog);
  index_dialog(dialog_->id().call_id, dialog_->id().local_tag);
  return true;
}

bool IncomingLeg::confirmed() const {
  return state_ == State::Answered || state_ == State::Confirmed || state_ == State::EndingUnacknowledged;
}

void IncomingLeg::ring() {
  if (state_ != State::Offered) return;
  if (media_.is_webrtc()) {
    media_.listen(media::Ringback{});
    return send_session_progress(std::nullopt);
  }
  state_ = State::Early;
  respond(180);
}

void IncomingLeg::progress(std::optional<sdp::Codec> preferred) {
  if (state_ == State::Offered || (state_ == State::Early && !media_.answered())) send_session_progress(preferred);
}

void IncomingLeg::send_session_progress(std::optional<sdp::Codec> preferred) {
  const auto answer = media_.answer(preferred);
  if (!answer) {
    house_.log.warning("Call to {}: no early media: {}", dialled_, answer.error().text);
    return;
  }
  index_media();
  state_ = State::Early;
  respond(183, *answer);
}

bool IncomingLeg::answer(std::optional<sdp::Codec> preferred) {
  if (state_ != State::Offered && state_ != State::Early) return false;
  const auto answer = media_.answer(preferred);
  if (!answer) {
    house_.log.error("Call to {}: {}", dialled_, answer.error().text);
    reject(answer.error().kind == Error::Kind::Unsupported ? 488 : 500);
    return false;
  }
  index_media();
  media_.expect_media();
  state_ = State::Answered;
  respond(200, *answer);
  return true;
}

void IncomingLeg::hang_up(Cause cause) {
  switch (state_) {
    case State::Offered:
    case State::Early: return reject(sip_status(cause));
    case State::Answered:
      pending_cause_ = cause;
      state_ = State::EndingUnacknowledged;
      return media_.listen(media::Silence{});
    case State::Confirmed:
      send_bye(cause);
      forget_dialog();
      state_ = State::Ended;
      return;
    case State::EndingUnacknowledged:
    case State::Ended: return;
  }
}

void IncomingLeg::receive_cancel() {
  if (state_ != State::Offered && state_ != State::Early) return;
  const auto alive = shared_from_this();
  reject(487);
  listener_.on_ended(*this, Cause::Cancelled);
}

void IncomingLeg::on_ack(const sip::Request& ack) {
  if (state_ != State::Answered && state_ != State::EndingUnacknowledged) return;
  // RFC 3261 section 13.2.2.4: it bears the number of its INVITE.
  if (ack.get<sip::CSeq>()->number != invite_.get<sip::CSeq>()->number) return;
  house_.transactions.on_ack(transaction_);
  forget_transaction(transaction_);
  if (state_ == State::Answered) {
    state_ = State::Confirmed;
    return;
  }
  state_ = State::Confirmed;
  hang_up(pending_cause_);
}

void IncomingLeg::on_server_failure(sip::ServerTransactionId transaction) {
  const bool reinvite = forget_reinvite(transaction);
  if (!reinvite && transaction != transaction_) return;
  switch (state_) {
    case State::Offered:
    case State::Early: return end_by_peer(Cause::Unreachable);
    case State::Answered:
    case State::Confirmed:
      // RFC 3261 section 13.3.1.4: without ACK the dialog is confirmed all the same, and to be ended with BYE.
      send_bye(Cause::AckMissing);
      return end_by_peer(Cause::AckMissing);
    case State::EndingUnacknowledged: state_ = State::Confirmed; return hang_up(pending_cause_);
    case State::Ended: return;
  }
}

void IncomingLeg::on_connection_lost(sip::ConnectionId connection) {
  if (flow_.connection == connection) receive_cancel();
  Leg::on_connection_lost(connection);
}

void IncomingLeg::enter_ended() {
  // A BYE may arrive before the ACK; it acknowledges our answer as well.
  house_.transactions.on_ack(transaction_);
  forget_transaction(transaction_);
  state_ = State::Ended;
}

void IncomingLeg::respond(int status, std::string_view sdp) {
  auto response = dialog_->make_response(invite_, status);
  announce(response, house_.product);
  if (!sdp.empty()) response.set_body("application/sdp", sdp);
  house_.transactions.respond(transaction_, response);
}

void IncomingLeg::reject(int status) {
  state_ = State::Ended;
  auto response = sip::make_response(invite_, status, local_tag_);
  announce(response, house_.product);
  if (status == 415) response.add("Accept-Encoding", "identity");
  house_.transactions.respond(transaction_, response);
  forget_transaction(transaction_);
  forget_dialog();
}

}  // namespace webcalling::call
