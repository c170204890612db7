#include "call/leg/leg.hpp"

#include <algorithm>
#include <utility>

#include "call/leg/capabilities.hpp"
#include "call/leg/content_types.hpp"
#include "call/leg/identity_headers.hpp"
#include "sip/message/call_headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {
namespace {

using sip::Method;

constexpr std::size_t kPseudonymLength = 24;

/// RFC 3261 section 14.2, RFC 3311 section 5.2: "a Retry-After header field with a randomly chosen value of between 0
/// and 10 seconds".
void ask_to_retry(sip::Response& response, Random& random) {
  response.add(sip::HeaderName::RetryAfter, std::to_string(random.below(11)));
}

/// It has an offer or an answer, or something in place of one that cannot be read.
bool carries_description(const sip::Message& message) {
  const auto description = sip::session_description(message);
  return !description || !description->empty();
}

}  // namespace

int refusal_of_offer(const Error& error) { return error.kind == Error::Kind::Malformed ? 400 : 488; }

void LegListener::on_redirected(Leg& leg, const std::vector<sip::Uri>& /*targets*/) { on_ended(leg, Cause::Failed); }

void LegListener::on_refer(Leg& leg, const Refer& /*refer*/) { leg.refuse_transfer(403); }

Leg::Leg(Surroundings& surroundings, LegListener& listener, Setup setup)
    : house_(surroundings),
      media_(surroundings.media, surroundings.random, setup.call, surroundings.encryption),
      refresh_(surroundings.timers, surroundings.random, *this, media_, peer_,
               {.owns_call_id = setup.owns_call_id, .settings = surroundings.session},
               {.on_lost =
                    [this](Cause cause) {
                      send_bye(cause);
                      end_by_peer(cause);
                    },
                .on_media_changed = [this] { this->listener().on_media_changed(*this); }}),
      listener_(&listener),
      call_(setup.call),
      party_(std::move(setup.party)),
      begun_by_us_(setup.owns_call_id),
      pseudonym_(surroundings.random.token(kPseudonymLength)),
      referral_(surroundings.transactions, *this, [this] { this->listener().on_transfer_told(*this); }),
      info_digits_(*this),
      absence_(surroundings.timers, surroundings.reconnect, [this](Cause cause) { give_up(cause); }) {}

void Leg::receive(const sip::Request& request, const sip::Flow& flow) {
  sip::Dialog* dialog = find_dialog(request.from_tag());
  if (dialog == nullptr) {
    if (request.method() != Method::Ack) respond(request, flow, 481);
    return;
  }
  if (request.method() == Method::Ack) return receive_ack(request);
  if (const auto refusal = refuse_unsupported(request, [&] { return make_response(request, 420); })) {
    return respond(request, flow, *refusal);
  }
  if (const auto in_order = dialog->receive(request, flow); !in_order) {
    return respond(request, flow, in_order.error().kind == Error::Kind::Malformed ? 400 : 500);
  }
  if (!confirmed()) return serve_early(request, flow);
  // One of a call that has outlived a restart is there when its media is.
  if (media_.answered()) note_return();
  serve(request, flow);
}

void Leg::serve(const sip::Request& request, const sip::Flow& flow) {
  switch (request.method()) {
    case Method::Bye: return receive_bye(request, flow);
    case Method::Invite: return receive_reinvite(request, flow);
    case Method::Update: return receive_update(request, flow);
    case Method::Prack: return receive_prack(request, flow);
    case Method::Info: return receive_info(request, flow);
    case Method::Refer: return receive_refer(request, flow);
    case Method::Subscribe: return respond(request, flow, referral_.receive_subscribe(request));
    case Method::Options: return respond(request, flow, 200);
    default: return respond(request, flow, 405);
  }
}

void Leg::serve_early(const sip::Request& request, const sip::Flow& flow) {
  switch (request.method()) {
    case Method::Bye:
      // A caller's BYE ends the INVITE as CANCEL would (RFC 3261 section 15.1.2).
      respond(request, flow, 200);
      return receive_cancel({Cause::Cancelled, read_reason(request)});
    case Method::Invite: return respond(request, flow, 491);
    case Method::Update: return receive_update(request, flow);
    case Method::Prack: return receive_prack(request, flow);
    case Method::Info: return receive_info(request, flow);
    case Method::Options: return respond(request, flow, 200);
    default: return respond(request, flow, 481);
  }
}

sip::Dialog* Leg::find_dialog(const std::string& remote_tag) {
  return dialog_ && dialog_->id().remote_tag == remote_tag ? &*dialog_ : nullptr;
}

void Leg::receive_ack(const sip::Request& ack) {
  const auto cseq = ack.get<sip::CSeq>();
  const auto reinvite = cseq ? unacknowledged_.find(cseq->number) : unacknowledged_.end();
  if (reinvite == unacknowledged_.end()) return on_ack(ack);
  house_.transactions.on_ack(reinvite->second);
  forget_transaction(reinvite->second);
  unacknowledged_.erase(reinvite);
  if (!media_.awaits_answer()) return;
  // Our offer in the answer to an offerless re-INVITE: without a good answer everything stays as it was.
  if (const auto taken = media_.receive_reanswer(sip::session_description(ack).value_or("")); !taken) {
    house_.log.warning("ACK in call {}: {}", dialog_->id().call_id, taken.error().text);
    return;
  }
  listener().on_media_changed(*this);
}

void Leg::on_connection_lost(sip::ConnectionId connection) {
  if (!dialog_ || dialog_->flow().connection != connection) return;
  forget_reinvites();
  // Other phones close connections that they do not need.
  if (confirmed() && sip::is_web_socket(dialog_->flow().kind)) note(absence_.on_connection_lost());
}

void Leg::receive(const media::LegEvent& event) {
  if (const auto* digit = std::get_if<media::DigitReceived>(&event)) {
    return tell_digit({.digit = digit->digit}, DigitPath::Media);
  }
  if (std::holds_alternative<media::MediaPaused>(event)) return note(absence_.on_audio(Absence::Audio::Silent));
  if (std::holds_alternative<media::MediaResumed>(event)) return note(absence_.on_audio(Absence::Audio::Heard));
  if (const auto* lost = std::get_if<media::MediaLost>(&event)) receive(*lost);
}

void Leg::receive(const media::MediaLost& lost) {
  // Nothing is missed while the peer has switched its audio off.
  if (!confirmed() || media_.off()) return;
  house_.log.warning("Call {}: {}", dialog_->id().call_id, lost.reason);
  if (absence_.has_patience() && sip::is_web_socket(dialog_->flow().kind)) {
    return note(absence_.on_audio(Absence::Audio::Lost));
  }
  give_up(Cause::MediaLost);
}

void Leg::note(bool absence_has_changed) {
  if (absence_has_changed) listener().on_media_changed(*this);
}

void Leg::give_up(Cause cause) {
  const auto alive = shared_from_this();
  hang_up(cause);
  listener().on_ended(*this, cause);
}

void Leg::receive_bye(const sip::Request& bye, const sip::Flow& flow) {
  respond(bye, flow, 200);
  end_by_peer({Cause::HungUp, read_reason(bye)});
}

void Leg::receive_reinvite(const sip::Request& invite, const sip::Flow& flow) {
  // Its media was lost by a restart of ours, and DTLS cannot go on where it was: its page begins anew, with Replaces.
  if (!media_.answered() && sip::is_web_socket(dialog_->flow().kind)) return respond(invite, flow, 481);
  // RFC 3261 section 14.2: an offer of ours is on its way.
  if (media_.awaits_answer()) return respond(invite, flow, 491);
  const auto transaction = house_.transactions.accept(invite, flow);
  const sip::Response response = renew_session(invite, answer_offer(invite));
  if (response.is_success()) {
    index_transaction(transaction);
    // accept() has validated CSeq.
    unacknowledged_.insert_or_assign(invite.get<sip::CSeq>()->number, transaction);
  }
  house_.transactions.respond(transaction, response);
  if (response.is_success()) listener().on_media_changed(*this);
}

// RFC 3311 section 5.2.
void Leg::receive_update(const sip::Request& update, const sip::Flow& flow) {
  if (!carries_description(update)) return respond(update, flow, renew_session(update, make_response(update, 200)));
  if (!media_.answered()) {
    auto later = make_response(update, 500);
    ask_to_retry(later, house_.random);
    return respond(update, flow, later);
  }
  if (media_.awaits_answer()) return respond(update, flow, 491);
  const sip::Response response = renew_session(update, answer_offer(update));
  respond(update, flow, response);
  if (response.is_success()) listener().on_media_changed(*this);
}

sip::Response Leg::answer_offer(const sip::Request& request) {
  // RFC 3261 section 14.2: after a refusal the session stays as it was.
  const auto refuse = [&](int status, const Error& error) {
    house_.log.warning("{} in call {}: {}", request.method_text(), dialog_ ? dialog_->id().call_id : "", error.text);
    return make_response(request, status);
  };
  const auto offer = sip::session_description(request);
  if (!offer) return refuse(sip::refusal_of_body(offer.error()), offer.error());
  const bool is_offerless = request.method() == Method::Invite && offer->empty();
  auto description = is_offerless ? Result<std::string>(media_.reoffer()) : media_.answer_reoffer(*offer);
  if (!description) return refuse(refusal_of_offer(description.error()), description.error());
  auto response = make_response(request, 200);
  response.set_body(kSdp, *description);
  return response;
}

sip::Response Leg::renew_session(const sip::Request& request, sip::Response ok) {
  if (!ok.is_success() || !confirmed()) return ok;
  const auto terms = session_terms_asked(request, house_.session);
  if (!terms) {
    media_.withdraw_offer();
    auto too_short = make_response(request, 422);
    too_short.add(terms.error());
    return too_short;
  }
  put_session_terms(ok, *terms);
  refresh_.start(*terms);
  return ok;
}

void Leg::receive_prack(const sip::Request& prack, const sip::Flow& flow) {
  const auto rack = prack.get<sip::RAck>();
  const bool has_offer = carries_description(prack) && !media_.awaits_answer();
  // RFC 3262 section 3: a PRACK that matches nothing is answered with 481.
  if (!rack || !on_prack(prack, *rack)) return respond(prack, flow, rack ? 481 : 400);
  const auto alive = shared_from_this();
  respond(prack, flow, has_offer ? answer_offer(prack) : make_response(prack, 200));
  after_prack();
}

void Leg::receive_info(const sip::Request& info, const sip::Flow& flow) {
  // RFC 6086 section 4.2.2: we know no package.
  if (info.header("Info-Package")) return respond(info, flow, 469);
  if (info.body().empty()) return respond(info, flow, 200);
  const auto digit = read_info_digit(info);
  if (!digit) {
    auto refusal = make_response(info, digit.error().kind == Error::Kind::Malformed ? 400 : 415);
    refusal.set(sip::HeaderName::Accept, "application/dtmf-relay, application/dtmf");
    return respond(info, flow, refusal);
  }
  respond(info, flow, 200);
  tell_digit(*digit, DigitPath::Signalling);
}

void Leg::tell_digit(const InfoDigit& digit, DigitPath path) {
  if (double_digits_.is_repeated(digit.digit, path, house_.timers.now())) return;
  listener().on_digit(*this, digit, path);
}

bool Leg::send_digit(const InfoDigit& digit) {
  if (media_.takes_events()) {
    media_.send_digit(digit.digit, digit.duration);
    return true;
  }
  return confirmed() && peer_.allows(Method::Info) && info_digits_.send(digit);
}

void Leg::receive_refer(const sip::Request& request, const sip::Flow& flow) {
  const auto refer = referral_.receive(request, house_.transactions.accept(request, flow));
  if (refer) listener().on_refer(*this, *refer);
}

void Leg::connect_with(const Party& other) {
  other_end_ = other;
  show();
  // To be told is for our own phones: another domain is no part of our trust domain (RFC 3325 section 7).
  if (!confirmed() || party_.is_foreign() || !peer_.allows(Method::Update)) return;
  auto update = make_request(Method::Update);
  assert_identity(update, other, dialog_->flow().local.address.text());
  send(std::move(update), [](const sip::Response&) {});
}

KeptLeg Leg::kept() const {
  return {.party = party_,
          .dialog = dialog_->record(),
          .flow = dialog_->flow(),
          .begun_by_us = begun_by_us_,
          .encrypted = media_.encrypted(),
          .codec = media_.codec()};
}

sip::Request Leg::make_request(Method method) {
  auto request = dialog_->make_request(method);
  request.add(sip::HeaderName::UserAgent, house_.product);
  return request;
}

sip::Response Leg::make_response(const sip::Request& request, int status) {
  sip::Dialog* dialog = find_dialog(request.from_tag());
  auto response = dialog != nullptr ? dialog->make_response(request, status)
                                    : sip::make_response(request, status, indexed_local_tag_);
  announce(response, house_.product);
  return response;
}

void Leg::send(sip::Request request, OnResponse on_response) {
  const bool is_invite = request.method() == Method::Invite;
  house_.transactions.send_request(
      std::move(request), dialog_->flow(),
      [weak = weak_from_this(), &transactions = house_.transactions, is_invite, dialog = *dialog_,
       on_response = std::move(on_response)](const sip::Response& response) mutable {
        const auto alive = weak.lock();
        if (alive && !alive->ended()) return on_response(response);
        // RFC 5407 section 3.2.3: an answer that crossed our BYE is acknowledged all the same.
        if (is_invite && response.is_success()) {
          transactions.send_ack(dialog.make_ack(response.get<sip::CSeq>()->number), dialog.flow());
        }
      });
}

void Leg::acknowledge(const sip::Response& response) {
  dialog_->receive(response);
  house_.transactions.send_ack(dialog_->make_ack(response.get<sip::CSeq>()->number), dialog_->flow());
}

void Leg::respond(const sip::Request& request, const sip::Flow& flow, const sip::Response& response) {
  house_.transactions.respond(house_.transactions.accept(request, flow), response);
}

void Leg::respond(const sip::Request& request, const sip::Flow& flow, int status) {
  respond(request, flow, make_response(request, status));
}

void Leg::send_bye(const Ending& ending) {
  if (!dialog_) return;
  auto bye = make_request(Method::Bye);
  bye.add(sip::HeaderName::Reason, ending.header());
  // Whatever the answer is, the dialog is over (RFC 3261 section 15.1.1).
  house_.transactions.send_request(std::move(bye), dialog_->flow(), [](const sip::Response&) {});
}

void Leg::end_by_peer(const Ending& ending) {
  const auto alive = shared_from_this();
  forget_dialog();
  enter_ended();
  listener().on_ended(*this, ending);
}

void Leg::show() const {
  if (house_.observer != nullptr) house_.observer->on_standing(*this);
}

void Leg::show_over() const {
  if (house_.observer != nullptr) house_.observer->on_over(*this);
}

void Leg::index_dialog(const std::string& call_id, const std::string& local_tag) {
  indexed_call_id_ = call_id;
  indexed_local_tag_ = local_tag;
  house_.legs.add_dialog(call_id, local_tag, weak_from_this());
  house_.legs.add_dialog(pseudonym_, std::string(kPseudonymTag), weak_from_this());
}

void Leg::index_transaction(sip::ServerTransactionId transaction) {
  house_.legs.add_transaction(transaction, weak_from_this());
}

void Leg::index_media() {
  if (const auto id = media_.id()) house_.legs.add_media(*id, weak_from_this());
}

void Leg::close_media() {
  if (const auto id = media_.id()) house_.legs.remove(*id);
  media_.close();
}

void Leg::forget_dialog() {
  show_over();
  absence_.stop();
  house_.legs.remove_dialog(pseudonym_, std::string(kPseudonymTag));
  house_.legs.remove_dialog(indexed_call_id_, indexed_local_tag_);
  close_media();
  refresh_.stop();
  referral_.forget();
  info_digits_.stop();
  forget_reinvites();
}

void Leg::forget_reinvites() {
  for (const auto& [cseq, transaction] : unacknowledged_) {
    house_.transactions.on_ack(transaction);
    forget_transaction(transaction);
  }
  unacknowledged_.clear();
  media_.withdraw_offer();
}

bool Leg::forget_reinvite(sip::ServerTransactionId transaction) {
  forget_transaction(transaction);
  return std::erase_if(unacknowledged_, [&](const auto& entry) { return entry.second == transaction; }) > 0;
}

}  // namespace webcalling::call
