#include "call/leg.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "call/capabilities.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {

sip::NameAddress local_contact(std::string_view user, const sip::Flow& flow) {
  sip::NameAddress contact;
  contact.uri.user = user;
  contact.uri.host = flow.local.address.text();
  contact.uri.port = flow.local.port;
  if (flow.kind != sip::TransportKind::Udp) {
    contact.uri.parameters.set("transport", ascii::lower(sip::text(flow.kind)));
  }
  return contact;
}

void Leg::receive(const sip::Request& request, const sip::Flow& flow) {
  using sip::Method;
  if (!is_from_peer(request)) {
    if (request.method() != Method::Ack) respond(request, flow, 481);
    return;
  }
  if (request.method() == Method::Ack) return receive_ack(request);
  if (!dialog_ || !confirmed()) return receive_before_answer(request, flow);
  if (auto in_order = dialog_->receive(request, flow); !in_order) return respond(request, flow, 500);
  switch (request.method()) {
    case Method::Bye: return receive_bye(request, flow);
    case Method::Invite: return receive_reinvite(request, flow);
    case Method::Options:
    case Method::Info: return respond(request, flow, 200);
    default: return respond(request, flow, 405);
  }
}

void Leg::receive_ack(const sip::Request& ack) {
  const auto cseq = ack.get<sip::CSeq>();
  const auto reinvite = cseq ? unacknowledged_.find(cseq->number) : unacknowledged_.end();
  if (reinvite == unacknowledged_.end()) return on_ack(ack);
  house_.transactions.on_ack(reinvite->second);
  forget_transaction(reinvite->second);
  unacknowledged_.erase(reinvite);
}

void Leg::receive_before_answer(const sip::Request& request, const sip::Flow& flow) {
  switch (request.method()) {
    case sip::Method::Bye:
      // A caller's BYE ends the INVITE as CANCEL would (RFC 3261 section 15.1.2).
      respond(request, flow, 200);
      return receive_cancel();
    case sip::Method::Invite: return respond(request, flow, 491);
    default: return respond(request, flow, 481);
  }
}

bool Leg::is_from_peer(const sip::Request& request) const {
  return !dialog_ || request.from_tag() == dialog_->id().remote_tag;
}

void Leg::on_connection_lost(sip::ConnectionId connection) {
  if (dialog_ && dialog_->flow().connection == connection) forget_reinvites();
}

void Leg::receive(const media::LegEvent& event) {
  if (const auto* digit = std::get_if<media::DigitReceived>(&event)) return listener_.on_digit(*this, digit->digit);
  const auto* lost = std::get_if<media::MediaLost>(&event);
  // Nothing is missed while the peer has switched its audio off.
  if (lost == nullptr || !confirmed() || media_.off()) return;
  house_.log.warning("Call {}: {}", dialog_->id().call_id, lost->reason);
  const auto alive = shared_from_this();
  hang_up(Cause::MediaLost);
  listener_.on_ended(*this, Cause::MediaLost);
}

void Leg::receive_bye(const sip::Request& bye, const sip::Flow& flow) {
  respond(bye, flow, 200);
  end_by_peer(Cause::HungUp);
}

void Leg::receive_reinvite(const sip::Request& invite, const sip::Flow& flow) {
  const auto transaction = house_.transactions.accept(invite, flow);
  const sip::Response response = answer_reinvite(invite);
  if (response.is_success()) {
    index_transaction(transaction);
    // accept() has validated CSeq.
    unacknowledged_.insert_or_assign(invite.get<sip::CSeq>()->number, transaction);
  }
  house_.transactions.respond(transaction, response);
  if (response.is_success()) listener_.on_media_changed(*this);
}

sip::Response Leg::answer_reinvite(const sip::Request& invite) {
  // RFC 3261 section 14.2: after a refusal the session stays as it was.
  const auto refuse = [&](int status, const Error& error) {
    house_.log.warning("Re-INVITE in call {}: {}", dialog_->id().call_id, error.text);
    auto refusal = dialog_->make_response(invite, status);
    announce(refusal, house_.product);
    return refusal;
  };
  const auto sdp = sip::session_description(invite);
  if (!sdp) return refuse(sip::refusal_of_body(sdp.error()), sdp.error());
  auto answer = media_.answer_reoffer(*sdp);
  if (!answer) return refuse(answer.error().kind == Error::Kind::Malformed ? 400 : 488, answer.error());
  auto response = dialog_->make_response(invite, 200);
  announce(response, house_.product);
  response.set_body("application/sdp", *answer);
  return response;
}

void Leg::respond(const sip::Request& request, const sip::Flow& flow, int status) {
  const auto transaction = house_.transactions.accept(request, flow);
  auto response = sip::make_response(request, status, indexed_local_tag_);
  announce(response, house_.product);
  house_.transactions.respond(transaction, response);
}

void Leg::send_bye(Cause cause) {
  if (!dialog_) return;
  auto bye = dialog_->make_request(sip::Method::Bye);
  bye.add(sip::HeaderName::Reason, reason_header(cause));
  bye.add(sip::HeaderName::UserAgent, house_.product);
  // Whatever the answer is, the dialog is over (RFC 3261 section 15.1.1).
  house_.transactions.send_request(std::move(bye), dialog_->flow(), [](const sip::Response&) {});
}

void Leg::end_by_peer(Cause cause) {
  const auto alive = shared_from_this();
  forget_dialog();
  enter_ended();
  listener_.on_ended(*this, cause);
}

void Leg::index_dialog(const std::string& call_id, const std::string& local_tag) {
  indexed_call_id_ = call_id;
  indexed_local_tag_ = local_tag;
  house_.legs.add_dialog(call_id, local_tag, weak_from_this());
}

void Leg::index_transaction(sip::ServerTransactionId transaction) {
  house_.legs.add_transaction(transaction, weak_from_this());
}

void Leg::index_media() {
  if (const auto id = media_.id()) house_.legs.add_media(*id, weak_from_this());
}

void Leg::forget_dialog() {
  house_.legs.remove_dialog(indexed_call_id_, indexed_local_tag_);
  if (const auto id = media_.id()) house_.legs.remove(*id);
  media_.close();
  forget_reinvites();
}

void Leg::forget_reinvites() {
  for (const auto& [cseq, transaction] : unacknowledged_) {
    house_.transactions.on_ack(transaction);
    forget_transaction(transaction);
  }
  unacknowledged_.clear();
}

bool Leg::forget_reinvite(sip::ServerTransactionId transaction) {
  forget_transaction(transaction);
  return std::erase_if(unacknowledged_, [&](const auto& entry) { return entry.second == transaction; }) > 0;
}

}  // namespace webcalling::call
