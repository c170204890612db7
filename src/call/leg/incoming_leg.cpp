#include "call/leg/incoming_leg.hpp"

#include <algorithm>

#include "call/leg/capabilities.hpp"
#include "call/leg/content_types.hpp"
#include "call/leg/identity_headers.hpp"
#include "call/leg/our_codecs.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {
namespace {

constexpr std::size_t kTagLength = 10;

}  // namespace

std::shared_ptr<IncomingLeg> IncomingLeg::accept(Surroundings& surroundings, LegListener& listener, CallId call,
                                                 const Party& caller, const sip::Request& invite,
                                                 const sip::Flow& flow) {
  const std::shared_ptr<IncomingLeg> leg(new IncomingLeg(surroundings, listener, {call, caller}, invite, flow));
  leg->index_transaction(leg->transaction_);
  leg->peer_.learn(invite);
  if (const auto refusal = leg->read_invite()) {
    leg->reject(*refusal);
    return nullptr;
  }
  leg->set_other_end({.extension = leg->dialled_, .display_name = {}});
  leg->show();
  return leg;
}

IncomingLeg::IncomingLeg(Surroundings& surroundings, LegListener& listener, Setup setup, const sip::Request& invite,
                         const sip::Flow& flow)
    : Leg(surroundings, listener, std::move(setup)),
      invite_(invite),
      flow_(flow),
      transaction_(surroundings.transactions.accept(invite, flow)),
      local_tag_(surroundings.random.token(kTagLength)),
      dialled_(invite.uri().user),
      provisionals_(
          surroundings.timers, surroundings.random,
          [this](const sip::Response& response) { house_.transactions.respond(transaction_, response); },
          [this] { give_up_provisionals(); }) {}

std::optional<int> IncomingLeg::read_invite() {
  const auto offer = sip::session_description(invite_);
  if (!offer) {
    house_.log.warning("INVITE {}: {}", dialled_, offer.error().text);
    return sip::refusal_of_body(offer.error());
  }
  offerless_ = offer->empty();
  if (!offerless_) {
    if (const auto taken = media_.receive_offer(*offer, flow_.local.address); !taken) {
      house_.log.warning("INVITE {}: {}", dialled_, taken.error().text);
      return refusal_of_offer(taken.error());
    }
  }
  const auto terms = session_terms_asked(invite_, house_.session);
  if (!terms) return 422;
  terms_ = *terms;
  return open_dialog() ? std::nullopt : std::optional(400);
}

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

Standing IncomingLeg::standing() const {
  if (confirmed()) return Standing::Confirmed;
  return state_ == State::Offered ? Standing::Trying : Standing::Early;
}

void IncomingLeg::ring() {
  if (confirmed()) return Leg::ring();
  if (state_ != State::Offered) return;
  const bool is_browser = offerless_ ? sip::is_web_socket(flow_.kind) : media_.is_webrtc();
  if (is_browser) {
    media_.listen(media::Ringback{});
    return send_session_progress(183, std::nullopt);
  }
  // RFC 3262 section 5: the first reliable response to an offerless INVITE brings the offer.
  if (offerless_ && peer_.acknowledges_provisionals()) return send_session_progress(180, std::nullopt);
  state_ = State::Early;
  show();
  send_provisional(180, {});
}

void IncomingLeg::progress(std::optional<sdp::Codec> preferred) {
  if (state_ == State::Offered || (state_ == State::Early && description_.empty())) {
    send_session_progress(183, preferred);
  }
}

Result<std::string> IncomingLeg::describe(std::optional<sdp::Codec> preferred) {
  if (!description_.empty()) return description_;
  auto text = offerless_ ? media_.make_offer(offer_kind(house_.encryption, flow_.kind), flow_.local.address,
                                             our_codecs(preferred))
                         : media_.answer(preferred);
  if (!text) return text;
  description_ = *text;
  index_media();
  return text;
}

void IncomingLeg::send_session_progress(int status, std::optional<sdp::Codec> preferred) {
  const auto description = describe(preferred);
  if (!description) {
    house_.log.warning("Call to {}: no early media: {}", dialled_, description.error().text);
    return;
  }
  state_ = State::Early;
  show();
  send_provisional(status, *description);
}

void IncomingLeg::send_provisional(int status, std::string_view sdp) {
  if (peer_.acknowledges_provisionals()) return provisionals_.send(response(status, sdp));
  respond_with(status, sdp);
}

bool IncomingLeg::answer(std::optional<sdp::Codec> preferred) {
  switch (state_) {
    case State::Offered:
    case State::Early: break;
    case State::AnswerWaits:
    case State::Answered:
    case State::Confirmed: return true;
    case State::EndingUnacknowledged:
    case State::Ended: return false;
  }
  if (const auto description = describe(preferred); !description) {
    house_.log.error("Call to {}: {}", dialled_, description.error().text);
    reject(description.error().kind == Error::Kind::Unsupported ? 488 : 500);
    return false;
  }
  // RFC 3262 section 3: not before our SDP in a reliable response is acknowledged.
  state_ = State::AnswerWaits;
  if (!provisionals_.waiting()) send_answer();
  return true;
}

void IncomingLeg::send_answer() {
  if (media_.answered()) media_.expect_media();
  state_ = State::Answered;
  auto ok = response(200, description_is_acknowledged_ ? std::string_view{} : description_);
  put_session_terms(ok, terms_);
  house_.transactions.respond(transaction_, ok);
  refresh_.start(terms_);
  show();
}

void IncomingLeg::connect_with(const Party& other) {
  callee_ = other;
  Leg::connect_with(other);
}

void IncomingLeg::hang_up(const Ending& ending) {
  switch (state_) {
    case State::Offered:
    case State::Early:
    case State::AnswerWaits: return reject(sip_status(ending.cause), ending.reason);
    case State::Answered:
      pending_ending_ = ending;
      state_ = State::EndingUnacknowledged;
      return media_.listen(media::Silence{});
    case State::Confirmed:
      send_bye(ending);
      forget_dialog();
      state_ = State::Ended;
      return;
    case State::EndingUnacknowledged:
    case State::Ended: return;
  }
}

void IncomingLeg::receive_cancel(const Ending& ending) {
  if (state_ != State::Offered && state_ != State::Early && state_ != State::AnswerWaits) return;
  const auto alive = shared_from_this();
  reject(487);
  listener().on_ended(*this, ending);
}

void IncomingLeg::on_ack(const sip::Request& ack) {
  if (state_ != State::Answered && state_ != State::EndingUnacknowledged) return;
  // RFC 3261 section 13.2.2.4: it bears the number of its INVITE.
  if (ack.get<sip::CSeq>()->number != invite_.get<sip::CSeq>()->number) return;
  house_.transactions.on_ack(transaction_);
  forget_transaction(transaction_);
  if (state_ == State::Answered) return confirm(ack);
  state_ = State::Confirmed;
  hang_up(pending_ending_);
}

void IncomingLeg::confirm(const sip::Request& ack) {
  state_ = State::Confirmed;
  if (media_.answered()) return;
  if (take_late_answer(sip::session_description(ack).value_or(""))) return listener().on_media_changed(*this);
  send_bye(Cause::NoCommonCodec);
  end_by_peer(Cause::NoCommonCodec);
}

bool IncomingLeg::take_late_answer(std::string_view sdp) {
  const auto taken = media_.receive_answer(sdp);
  if (!taken) house_.log.warning("Call to {}: {}", dialled_, taken.error().text);
  return taken.has_value();
}

bool IncomingLeg::on_prack(const sip::Request& prack, const sip::RAck& rack) {
  const auto acknowledged = provisionals_.acknowledge(rack);
  if (!acknowledged) return false;
  if (acknowledged->body().empty()) return true;
  if (media_.answered() || take_late_answer(sip::session_description(prack).value_or("")))
    description_is_acknowledged_ = true;
  return true;
}

void IncomingLeg::after_prack() {
  if (state_ == State::AnswerWaits && !provisionals_.waiting()) send_answer();
}

void IncomingLeg::give_up_provisionals() {
  if (state_ != State::Early && state_ != State::AnswerWaits) return;
  const auto alive = shared_from_this();
  reject(504);
  listener().on_ended(*this, Cause::Unreachable);
}

void IncomingLeg::on_server_failure(sip::ServerTransactionId transaction) {
  const bool reinvite = forget_reinvite(transaction);
  if (!reinvite && transaction != transaction_) return;
  switch (state_) {
    case State::Offered:
    case State::Early:
    case State::AnswerWaits: return end_by_peer(Cause::Unreachable);
    case State::Answered:
    case State::Confirmed:
      // RFC 3261 section 13.3.1.4: without ACK the dialog is confirmed all the same, and to be ended with BYE.
      send_bye(Cause::AckMissing);
      return end_by_peer(Cause::AckMissing);
    case State::EndingUnacknowledged: state_ = State::Confirmed; return hang_up(pending_ending_);
    case State::Ended: return;
  }
}

void IncomingLeg::on_connection_lost(sip::ConnectionId connection) {
  if (flow_.connection == connection) receive_cancel(Cause::Cancelled);
  Leg::on_connection_lost(connection);
}

void IncomingLeg::enter_ended() {
  // A BYE may arrive before the ACK; it acknowledges our answer as well.
  house_.transactions.on_ack(transaction_);
  forget_transaction(transaction_);
  provisionals_.stop();
  state_ = State::Ended;
}

void IncomingLeg::respond_with(int status, std::string_view sdp) {
  house_.transactions.respond(transaction_, response(status, sdp));
}

sip::Response IncomingLeg::response(int status, std::string_view sdp) {
  auto response = make_response(invite_, status);
  if (callee_) assert_identity(response, *callee_, flow_.local.address.text());
  if (!sdp.empty()) response.set_body(kSdp, sdp);
  return response;
}

void IncomingLeg::reject(int status, std::string_view reason) {
  state_ = State::Ended;
  auto response = sip::make_response(invite_, status, local_tag_);
  announce(response, house_.product);
  // RFC 6432: why, where there is more to say than the status does.
  if (!reason.empty()) response.add(sip::HeaderName::Reason, reason);
  if (status == 415) response.add("Accept-Encoding", "identity");
  if (status == 422) response.add(sip::MinSe{house_.session.min_interval});
  house_.transactions.respond(transaction_, response);
  forget_transaction(transaction_);
  provisionals_.stop();
  forget_dialog();
}

}  // namespace webcalling::call
