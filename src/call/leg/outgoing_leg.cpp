#include "call/leg/outgoing_leg.hpp"

#include <algorithm>
#include <utility>

#include "call/leg/capabilities.hpp"
#include "call/leg/content_types.hpp"
#include "sip/message/call_headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {
namespace {

/// Contacts of a 3xx, best first (RFC 3261 section 8.1.3.4); what cannot be called is left out.
std::vector<sip::Uri> read_targets(const sip::Response& response) {
  auto contacts = response.get_all<sip::Contact>().value_or(std::vector<sip::Contact>{});
  std::erase_if(contacts, [](const sip::Contact& contact) { return contact.is_star; });
  // Without q it counts as 1 (RFC 3261 section 20.10).
  const auto q = [](const sip::Contact& contact) { return contact.q().value_or(sip::QValue(1000)); };
  std::stable_sort(contacts.begin(), contacts.end(),
                   [&](const sip::Contact& a, const sip::Contact& b) { return q(a) > q(b); });
  std::vector<sip::Uri> targets;
  for (const sip::Contact& contact : contacts) targets.push_back(contact.uri);
  return targets;
}

}  // namespace

std::shared_ptr<OutgoingLeg> OutgoingLeg::call(Surroundings& surroundings, LegListener& listener, CallId call,
                                               const Destination& destination, const Invitation& invitation) {
  const std::shared_ptr<OutgoingLeg> leg(new OutgoingLeg(surroundings, listener, call, destination, invitation.codecs));
  const auto offer = leg->media_.make_offer(leg->offered_, destination.flow.local.address, leg->codecs_);
  if (!offer) {
    surroundings.log.error("Calling {}: {}", destination.party.extension, offer.error().text);
    return nullptr;
  }
  leg->index_media();
  leg->invite(invitation, *offer);
  return leg;
}

OutgoingLeg::OutgoingLeg(Surroundings& surroundings, LegListener& listener, CallId call, const Destination& destination,
                         std::vector<sdp::Codec> codecs)
    : Leg(surroundings, listener, {.call = call, .party = destination.party, .owns_call_id = true}),
      destination_(destination),
      codecs_(std::move(codecs)),
      offered_(offer_kind(surroundings.encryption, destination.flow.kind)) {}

void OutgoingLeg::invite(const Invitation& invitation, std::string_view sdp) {
  const std::string host = destination_.flow.local.address.text();
  const Party& caller = invitation.caller;
  sip::From from(shown_address(caller, host));
  from.parameters.set("tag", house_.random.token(10));
  sip::To to;
  to.uri.user = destination_.party.extension;
  to.uri.host = destination_.party.is_foreign() ? destination_.party.domain : host;

  invite_ = sip::Request(sip::Method::Invite, destination_.contact);
  for (const sip::NameAddress& hop : destination_.route) invite_.add(sip::Route(hop));
  invite_.add(from);
  invite_.add(to);
  invite_.add(sip::HeaderName::CallId, house_.random.token(24));
  invite_.add(sip::CSeq{.number = 1, .method = sip::Method::Invite, .method_text = "INVITE"});
  sip::Contact contact;
  static_cast<sip::NameAddress&>(contact) = local_contact(from.uri.user, destination_.flow);
  invite_.add(contact);
  announce(invite_, house_.product);
  // What From says is all that another domain learns (RFC 3325 section 7).
  if (!destination_.party.is_foreign()) assert_identity(invite_, caller, host);
  put_history(invite_, invitation.forwardings, destination_.party.extension, host);
  if (invitation.referred_by) invite_.add(sip::ReferredBy(shown_address(*invitation.referred_by, host)));
  put_session_wish(invite_, house_.session.interval, house_.session);
  invite_.set_body(kSdp, sdp);
  index_dialog(std::string(invite_.call_id()), std::string(from.tag()));
  set_other_end(caller);
  show();
  send_invite();
}

Standing OutgoingLeg::standing() const {
  if (confirmed()) return Standing::Confirmed;
  return state_ == State::Calling ? Standing::Trying : Standing::Early;
}

void OutgoingLeg::send_invite() {
  transaction_ = house_.transactions.send_request(invite_, destination_.flow,
                                                  [weak = weak_from_this()](const sip::Response& response) {
                                                    if (const auto leg = weak.lock()) {
                                                      static_cast<OutgoingLeg&>(*leg).receive(response);
                                                    }
                                                  });
}

void OutgoingLeg::invite_again() {
  invite_.set(sip::CSeq{invite_cseq() + 1, sip::Method::Invite, "INVITE"});
  send_invite();
}

std::uint32_t OutgoingLeg::invite_cseq() const { return invite_.get<sip::CSeq>()->number; }

void OutgoingLeg::receive(const sip::Response& response) {
  if (response.is_provisional()) return receive_provisional(response);
  if (response.is_success()) return receive_success(response);
  receive_failure(response);
}

void OutgoingLeg::receive_provisional(const sip::Response& response) {
  if (response.status() == 100 || (state_ != State::Calling && state_ != State::Early)) return;
  EarlyDialog* early = early_.open(invite_, response, destination_.flow);
  if (!acknowledge_provisional(response, early)) return;
  const auto sdp = sip::session_description(response).value_or("");
  const bool has_media = !sdp.empty() && sdp != early_sdp_ && media_.receive_answer(sdp);
  if (has_media) early_sdp_ = sdp;
  if (has_media && early != nullptr) early->sdp = early_sdp_;
  if (state_ == State::Early && !has_media) return;
  state_ = State::Early;
  show();
  listener().on_ringing(*this, has_media);
}

bool OutgoingLeg::acknowledge_provisional(const sip::Response& response, EarlyDialog* early) {
  if (!response.lists(sip::HeaderName::Require, "100rel")) return true;
  const auto number = response.get<sip::RSeq>();
  if (!number || early == nullptr || !early->is_next(number->value)) return false;
  early->last_rseq = number->value;
  auto prack = early->dialog.make_request(sip::Method::Prack);
  prack.add(sip::RAck{number->value, *invite_.get<sip::CSeq>()});
  prack.add(sip::HeaderName::UserAgent, house_.product);
  // If it is refused or lost for good, the phone refuses the call.
  house_.transactions.send_request(std::move(prack), early->dialog.flow(), [](const sip::Response&) {});
  return true;
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
      return house_.transactions.send_ack(dialog_->make_ack(invite_cseq()), dialog_->flow());
    case State::Cancelling:
      state_ = State::Ended;
      forget_dialog();
      return refuse_answer(response);
  }
}

bool OutgoingLeg::has_answered(const sip::Response& response) const {
  return dialog_ && response.to_tag() == dialog_->id().remote_tag;
}

Result<sip::Dialog> OutgoingLeg::dialog_of(const sip::Response& response) {
  EarlyDialog* early = early_.find(response.to_tag());
  if (early == nullptr) return sip::Dialog::from_response(invite_, response, destination_.flow);
  sip::Dialog dialog = early->dialog;
  if (auto confirmed = dialog.confirm(response); !confirmed) return Failure(std::move(confirmed.error()));
  return dialog;
}

void OutgoingLeg::confirm(const sip::Response& response) {
  auto dialog = dialog_of(response);
  if (!dialog) {
    house_.log.warning("Answer of {}: {}", party().extension, dialog.error().text);
    return end_by_peer(Cause::Failed);
  }
  dialog_ = std::move(*dialog);
  peer_.learn(response);
  house_.transactions.send_ack(dialog_->make_ack(invite_cseq()), dialog_->flow());
  // A 200 may leave the SDP away that a 183 has already brought; the same SDP again changes nothing.
  const EarlyDialog* early = early_.find(response.to_tag());
  const std::string_view told_early = early != nullptr ? std::string_view(early->sdp) : std::string_view{};
  const auto told = sip::session_description(response).value_or("");
  const std::string_view sdp = told.empty() ? told_early : told;
  if (sdp != early_sdp_ || sdp.empty()) {
    if (const auto accepted = media_.receive_answer(sdp); !accepted) {
      house_.log.warning("Answer of {}: {}", party().extension, accepted.error().text);
      send_bye(Cause::NoCommonCodec);
      return end_by_peer(Cause::NoCommonCodec);
    }
  }
  state_ = State::Confirmed;
  show();
  refresh_.start(session_terms_answered(response, house_.session));
  listener().on_answered(*this);
}

sip::Dialog* OutgoingLeg::find_dialog(const std::string& remote_tag) {
  if (dialog_) return Leg::find_dialog(remote_tag);
  EarlyDialog* early = early_.find(remote_tag);
  return early == nullptr ? nullptr : &early->dialog;
}

void OutgoingLeg::receive_failure(const sip::Response& response) {
  switch (state_) {
    case State::Calling:
    case State::Early:
      if (asks_for_longer_session(response) || offers_otherwise(response)) return invite_again();
      if (response.status() < 400) return receive_redirection(response);
      return end_by_peer(cause_of(response.status()));
    case State::Cancelling: state_ = State::Ended; return forget_dialog();
    case State::Confirmed:
    case State::Ended: return;
  }
}

bool OutgoingLeg::asks_for_longer_session(const sip::Response& response) {
  const auto least = response.get<sip::MinSe>();
  const auto asked = invite_.get<sip::SessionExpires>();
  if (response.status() != 422 || !least || !asked || least->value <= asked->interval) return false;
  // Once is enough: who then still finds it too short does not mean it.
  if (std::exchange(longer_session_asked_, true)) return false;
  put_session_wish(invite_, least->value, {.interval = least->value, .min_interval = least->value});
  return true;
}

bool OutgoingLeg::offers_otherwise(const sip::Response& refusal) {
  const auto next = next_offer_kind(house_.encryption, offered_);
  // Once it rings the media is set up, and another refusal is meant as such.
  if (refusal.status() != 488 || state_ != State::Calling || !next) return false;
  const auto offer = media_.make_offer(*next, destination_.flow.local.address, codecs_);
  if (!offer) return false;
  offered_ = *next;
  invite_.set_body(kSdp, *offer);
  return true;
}

void OutgoingLeg::receive_redirection(const sip::Response& response) {
  const auto alive = shared_from_this();
  forget_dialog();
  state_ = State::Ended;
  listener().on_redirected(*this, read_targets(response));
}

void OutgoingLeg::hang_up(const Ending& ending) {
  switch (state_) {
    case State::Calling:
    case State::Early:
      state_ = State::Cancelling;
      refusal_ = ending;
      show_over();
      // A phone that is gone without a word is asked for half a minute: so long it needs no ports.
      close_media();
      return house_.transactions.cancel(transaction_, ending.header());
    case State::Confirmed:
      send_bye(ending);
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
  auto dialog = dialog_of(response);
  if (!dialog) return;
  house_.transactions.send_ack(dialog->make_ack(invite_cseq()), dialog->flow());
  // The same answer again: only its ACK was lost.
  if (!refused_.insert(dialog->id().remote_tag).second) return;
  auto bye = dialog->make_request(sip::Method::Bye);
  bye.add(sip::HeaderName::Reason, refusal_.header());
  house_.transactions.send_request(std::move(bye), dialog->flow(), [](const sip::Response&) {});
}

}  // namespace webcalling::call
