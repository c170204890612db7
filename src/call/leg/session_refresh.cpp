#include "call/leg/session_refresh.hpp"

#include <utility>

#include "call/leg/content_types.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {
namespace {

using Watch = SessionTerms::Watch;

}  // namespace

SessionRefresh::SessionRefresh(TimerQueue& timers, Random& random, DialogRequests& dialog, LegMedia& media,
                               const PeerAbilities& peer, Setup setup, Events events)
    : random_(random),
      dialog_(dialog),
      media_(media),
      peer_(peer),
      setup_(setup),
      events_(std::move(events)),
      timer_(timers,
             {.on_due = [this] { refresh(); }, .on_expired = [this] { events_.on_lost(Cause::SessionExpired); }}),
      retry_(timers, [this] {
        state_ = State::Idle;
        refresh();
      }) {}

void SessionRefresh::start(const SessionTerms& terms) {
  retry_.stop();
  if (state_ == State::BackingOff) state_ = State::Idle;
  timer_.start(terms);
}

void SessionRefresh::stop() {
  alive_ = std::make_shared<const bool>(true);
  state_ = State::Idle;
  timer_.stop();
  retry_.stop();
}

void SessionRefresh::refresh() {
  if (state_ != State::Idle) return;
  if (timer_.terms().watch == Watch::WeProbe) return probe();
  if (peer_.allows(sip::Method::Update)) return update();
  reinvite();
}

void SessionRefresh::probe() {
  send(dialog_.make_request(sip::Method::Options), &SessionRefresh::receive_probe_response);
}

void SessionRefresh::update() {
  auto request = dialog_.make_request(sip::Method::Update);
  request.add(sip::HeaderName::Supported, "timer");
  put_session_terms(request, timer_.terms());
  send(std::move(request), &SessionRefresh::receive_refresh_response);
}

void SessionRefresh::reinvite() {
  // An exchange of the peer is not over yet.
  if (media_.awaits_answer()) return back_off();
  auto request = dialog_.make_request(sip::Method::Invite);
  put_session_terms(request, timer_.terms());
  request.set_body(kSdp, media_.reoffer());
  send(std::move(request), &SessionRefresh::receive_reinvite_response);
}

void SessionRefresh::send(sip::Request request, void (SessionRefresh::*receive)(const sip::Response&)) {
  state_ = State::Asking;
  dialog_.send(std::move(request), [this, receive, weak = std::weak_ptr(alive_)](const sip::Response& response) {
    if (!weak.expired() && !response.is_provisional()) (this->*receive)(response);
  });
}

void SessionRefresh::receive_probe_response(const sip::Response& response) {
  state_ = State::Idle;
  if (is_lost(response)) return;
  // A phone that knows neither of both still knows re-INVITE: everybody does.
  if (response.status() == 405 || response.status() == 501) return reinvite();
  timer_.start(timer_.terms());
}

void SessionRefresh::receive_refresh_response(const sip::Response& response) {
  state_ = State::Idle;
  if (is_lost(response)) return;
  if (response.status() == 405 || response.status() == 501) return reinvite();
  if (response.status() == 491) return back_off();
  // Any other refusal: the session goes on until its end, and is then over.
  if (response.is_success()) timer_.start(session_terms_answered(response, setup_.settings));
}

void SessionRefresh::receive_reinvite_response(const sip::Response& response) {
  // A repeated answer: its ACK was lost.
  if (state_ != State::Asking) {
    if (response.is_success()) dialog_.acknowledge(response);
    return;
  }
  state_ = State::Idle;
  if (!response.is_success()) {
    media_.withdraw_offer();
    if (is_lost(response)) return;
    if (response.status() == 491) back_off();
    return;
  }
  dialog_.acknowledge(response);
  const bool was_held = media_.held();
  const bool understood = media_.receive_reanswer(sip::session_description(response).value_or("")).has_value();
  const bool is_probe = timer_.terms().watch == Watch::WeProbe;
  timer_.start(is_probe ? timer_.terms() : session_terms_answered(response, setup_.settings));
  if (understood && media_.held() != was_held) events_.on_media_changed();
}

bool SessionRefresh::is_lost(const sip::Response& response) {
  // RFC 3261 section 12.2.1.2. Our own 503 for a connection that is gone says nothing about the peer: its media will.
  if (response.status() != 408 && response.status() != 481) return false;
  events_.on_lost(Cause::Unreachable);
  return true;
}

void SessionRefresh::back_off() {
  // RFC 3261 section 14.1: in units of 10 ms; from 2.1 to 4 s for the owner of the Call-ID, up to 2 s for the other.
  const auto steps = setup_.owns_call_id ? 210 + random_.below(191) : random_.below(201);
  state_ = State::BackingOff;
  retry_.start(10ms * static_cast<Duration::rep>(steps));
}

}  // namespace webcalling::call
