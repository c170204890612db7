#include "call/outgoing_leg.hpp"

#include "call/capabilities.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::call {

std::shared_ptr<OutgoingLeg> OutgoingLeg::call(Surroundings& surroundings, LegListener& listener, CallId call,
                                               const Destination& destination, const CallerIdentity& caller,
                                               std::vector<sdp::Codec> codecs) {
  const std::shared_ptr<OutgoingLeg> leg(new OutgoingLeg(surroundings, listener, call, destination));
  const bool webrtc = sip::is_web_socket(destination.flow.kind);
  const auto offer = leg->media_.make_offer(webrtc, destination.flow.local.address, std::move(codecs));
  if (!offer) {
    surroundings.log.error("Calling {}: {}", destination.extension, offer.error().text);
    return nullptr;
  }
  leg->index_media();
  leg->invite(caller, *offer);
  return leg;
}

OutgoingLeg::OutgoingLeg(Surroundings& surroundings, LegListener& listener, CallId call, const Destination& destination)
    : Leg(surroundings, listener, call), destination_(destination) {}

void OutgoingLeg::invite(const CallerIdentity& caller, std::string_view sdp) {
  const std::string host = destination_.flow.local.address.text();
  sip::From from;
  from.display_name = caller.display_name;
  from.uri.user = caller.extension;
  from.uri.host = host;
  from.parameters.set("tag", house_.random.token(10));
  sip::To to;
  to.uri.user = destination_.extension;
  to.uri.host = host;
  const std::string call_id = house_.random.token(24);

  invite_ = sip::Request(sip::Method::Invite, destination_.contact);
  for (const sip::NameAddress& hop : destination_.route) invite_.add(sip::Route(hop));
  invite_.add(from);
  invite_.add(to);
  invite_.add(sip::HeaderName::CallId, call_id);
  invite_.add(sip::CSeq{.number = 1, .method = sip::Method::Invite, .method_text = "INVITE"});
  sip::Contact contact;
  static_cast<sip::NameAddress&>(contact) = local_contact(caller.extension, destination_.flow);
  invite_.add(contact);
  announce(invite_, house_.product);
  invite_.set_body("application/sdp", sdp);

  index_dialog(call_id, std::string(from.tag()));
  transaction_ = house_.transactions.send_request(invite_, destination_.flow,
                                                  [weak = weak_from_this()](const sip::Response& response) {
                                                    if (const auto leg = weak.lock()) {
                                                      static_cast<OutgoingLeg&>(*leg).receive(response);
                                                    }
                                                  });
}

void OutgoingLeg::receive(const sip::Response& response) {
  if (response.is_provisional()) return receive_provisional(response);
  if (response.is_success()) return receive_success(response);
  receive_failure(response);
}

void OutgoingLeg::receive_provisional(const sip::Response& response) {
  if (response.status() == 100 || (state_ != State::Calling && state_ != State::Early)) return;
  const bool has_media =
      !response.body().empty() && response.body() != early_sdp_ && media_.receive_answer(response.body());
  if (has_media) early_sdp_ = response.body();
  if (state_ == State::Early && !has_media) return;
  state_ = State::Early;
  listener_.on_ringing(*this, has_media);
}

void OutgoingLeg::receive_success(const sip::Response& response) {
  switch (state_) {
    case State::Calling:
    case State::Early: return confirm(response);
    case State::Confirmed:
    case State::Ended:
      // The same answer again: its ACK was lost (RFC 3261 section 13.2.2.4). Another To tag: a second fork answered as
      // well.
      if (!has_answered(response)) return refuse_answer(response);
      return house_.transactions.send_ack(dialog_->make_ack(1), dialog_->flow());
    case State::Cancelling:
      state_ = State::Ended;
      forget_dialog();
      return refuse_answer(response);
  }
}

bool OutgoingLeg::has_answered(const sip::Response& response) const {
  return dialog_ && response.to_tag() == dialog_->id().remote_tag;
}

void OutgoingLeg::confirm(const sip::Response& response) {
  auto dialog = sip::Dialog::from_response(invite_, response, destination_.flow);
  if (!dialog) {
    house_.log.warning("Answer of {}: {}", destination_.extension, dialog.error().text);
    return end_by_peer(Cause::Failed);
  }
  dialog_ = std::move(*dialog);
  house_.transactions.send_ack(dialog_->make_ack(1), dialog_->flow());
  // A 200 may leave the SDP away that a 183 has already brought; the same SDP again changes nothing.
  const std::string_view sdp = response.body().empty() ? std::string_view(early_sdp_) : response.body();
  if (sdp != early_sdp_ || sdp.empty()) {
    if (const auto accepted = media_.receive_answer(sdp); !accepted) {
      house_.log.warning("Answer of {}: {}", destination_.extension, accepted.error().text);
      send_bye(Cause::NoCommonCodec);
      return end_by_peer(Cause::NoCommonCodec);
    }
  }
  state_ = State::Confirmed;
  listener_.on_answered(*this);
}

void OutgoingLeg::receive_failure(const sip::Response& response) {
  switch (state_) {
    case State::Calling:
    case State::Early: return end_by_peer(cause_of(response.status()));
    case State::Cancelling: state_ = State::Ended; return forget_dialog();
    case State::Confirmed:
    case State::Ended: return;
  }
}

void OutgoingLeg::hang_up(Cause cause) {
  switch (state_) {
    case State::Calling:
    case State::Early:
      state_ = State::Cancelling;
      refusal_ = cause;
      return house_.transactions.cancel(transaction_, reason_header(cause));
    case State::Confirmed:
      send_bye(cause);
      forget_dialog();
      state_ = State::Ended;
      return;
    case State::Cancelling:
    case State::Ended: return;
  }
}

void OutgoingLeg::on_server_failure(sip::ServerTransactionId transaction) {
  if (!forget_reinvite(transaction) || state_ != State::Confirmed) return;
  send_bye(Cause::AckMissing);
  end_by_peer(Cause::AckMissing);
}

void OutgoingLeg::refuse_answer(const sip::Response& response) {
  auto dialog = sip::Dialog::from_response(invite_, response, destination_.flow);
  if (!dialog) return;
  house_.transactions.send_ack(dialog->make_ack(1), dialog->flow());
  // The same answer again: only its ACK was lost.
  if (!refused_.insert(dialog->id().remote_tag).second) return;
  auto bye = dialog->make_request(sip::Method::Bye);
  bye.add(sip::HeaderName::Reason, reason_header(refusal_));
  house_.transactions.send_request(std::move(bye), dialog->flow(), [](const sip::Response&) {});
}

}  // namespace webcalling::call
