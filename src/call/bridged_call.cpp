#include "call/bridged_call.hpp"

#include <algorithm>
#include <utility>

#include "call/leg/our_codecs.hpp"

namespace webcalling::call {

BridgedCall::BridgedCall(Surroundings& surroundings, CallId id, Switchboard& switchboard, Settings settings)
    : house_(surroundings),
      switchboard_(switchboard),
      settings_(settings),
      fork_(surroundings, *this, id, settings.fork),
      no_answer_(surroundings.timers, [this] { fail(Cause::NoAnswer); }),
      record_(id, surroundings.timers.now()) {}

bool BridgedCall::begin(const Party& caller, const sip::Request& invite, const sip::Flow& flow,
                        const std::string& dialled) {
  record_.begin(caller, dialled, std::string(invite.call_id()));
  caller_ = IncomingLeg::accept(house_, *this, record_.record().id, caller, invite, flow);
  if (caller_) return true;
  state_ = State::Ended;
  record_.ended(Cause::NoCommonCodec, house_.timers.now());
  return false;
}

void BridgedCall::start(const Party& caller, const sip::Request& invite, const sip::Flow& flow,
                        const RingPhones& route) {
  if (begin(caller, invite, flow, invite.uri().user)) ring(route);
}

void BridgedCall::start(const Party& caller, const sip::Request& invite, const sip::Flow& flow,
                        const RingDomain& route) {
  if (begin(caller, invite, flow, route.target.aor())) ring(route);
}

std::vector<std::shared_ptr<RevivedLeg>> BridgedCall::revive(const KeptCall& kept, TimePoint answered) {
  const CallId id = record_.record().id;
  record_.begin(kept.begun_by, kept.dialled, kept.call_id);
  record_.resume(answered);
  connected_ = kept.connected;
  const auto caller = RevivedLeg::revive(house_, *this, id, kept.caller, kept.connected);
  const auto callee = RevivedLeg::revive(house_, *this, id, kept.callee, kept.connected);
  caller_ = caller;
  callee_ = callee;
  if (!caller || !callee) {
    end(Cause::Failed);
    return {};
  }
  state_ = State::Connected;
  caller->connect_with(callee->party());
  callee->connect_with(caller->party());
  route_audio();
  caller->resume();
  callee->resume();
  return {caller, callee};
}

void BridgedCall::ring(const RingPhones& route) {
  // Who is in a call already is told when somebody answers.
  if (!caller_->confirmed()) caller_->connect_with(route.callee);
  if (!fork_.ring(route.order, invitation())) return fail(Cause::Failed);
  no_answer_.start(settings_.ring_timeout);
}

void BridgedCall::ring(const RingDomain& route) {
  if (!caller_->confirmed()) caller_->connect_with(route.callee);
  no_answer_.start(settings_.ring_timeout);
  lookups_.push_back(switchboard_.look_up(route, [this, callee = route.callee](const auto& found) {
    if (state_ != State::Ringing) return;
    if (!found) return fail(found.error());
    ring(RingPhones{callee, *found});
  }));
}

Invitation BridgedCall::invitation() const {
  // The caller's codecs first, so that one codec may serve end to end; then what we can translate into.
  std::vector<sdp::Codec> codecs = caller_->media().offered_codecs();
  for (const sdp::Codec ours : our_codecs()) {
    if (std::find(codecs.begin(), codecs.end(), ours) == codecs.end()) codecs.push_back(ours);
  }
  return {.caller = caller_->party(),
          .codecs = std::move(codecs),
          .forwardings = forwardings_,
          .referred_by = referrer_ ? std::optional(referrer_->party()) : std::nullopt};
}

void BridgedCall::on_ringing(Leg& leg, bool early_media) {
  if (state_ != State::Ringing || !fork_.owns(leg)) return;
  if (referrer_) referrer_->tell_transfer(180);
  // With several phones ringing nobody could tell whose announcement it is.
  if (!early_media || fork_.rings_several()) return caller_->ring();
  caller_->progress(leg.media().codec());
  if (!leg.media().id() || !caller_->media().id()) return;
  caller_->media().listen(media::OtherLeg{*leg.media().id()});
  leg.media().listen(media::OtherLeg{*caller_->media().id()});
}

void BridgedCall::on_answered(Leg& leg) {
  const auto winner = state_ == State::Ringing ? fork_.take(leg) : nullptr;
  if (!winner) return leg.hang_up(Cause::AnsweredElsewhere);
  connect(winner);
}

void BridgedCall::connect(const std::shared_ptr<Leg>& callee) {
  callee_ = callee;
  fork_.stop(Cause::AnsweredElsewhere);
  lookups_.clear();
  no_answer_.stop();
  caller_->connect_with(callee_->party());
  if (!caller_->answer(callee_->media().codec())) return end(Cause::Failed);
  state_ = State::Connected;
  record_.answered(house_.timers.now());
  route_audio();
  if (referrer_) conclude_transfer(200);
}

void BridgedCall::on_redirected(Leg& leg, const std::vector<sip::Uri>& targets) {
  if (state_ != State::Ringing || !fork_.owns(leg)) return;
  if (forwardings_.size() >= settings_.max_forwardings) return on_ended(leg, Cause::TooManyForwardings);
  const auto forwarder = leg.shared_from_this();
  forwardings_.push_back({leg.party().extension, 302});
  bool is_forwarded = false;
  for (const sip::Uri& target : targets) {
    is_forwarded = forward_to(target, forwarder) || is_forwarded;
    if (state_ != State::Ringing) return;
  }
  if (!is_forwarded) on_ended(leg, Cause::Unreachable);
}

void BridgedCall::forward_to(const RingDomain& route, const std::shared_ptr<Leg>& forwarder) {
  lookups_.push_back(switchboard_.look_up(route, [this, forwarder](const auto& found) {
    if (state_ != State::Ringing) return;
    if (found && fork_.add(*found, invitation())) return;
    on_ended(*forwarder, found ? Ending(Cause::Failed) : found.error());
  }));
}

bool BridgedCall::forward_to(const sip::Uri& target, const std::shared_ptr<Leg>& forwarder) {
  const Route route = switchboard_.route(target, forwarder->party());
  if (const auto* domain = std::get_if<RingDomain>(&route)) {
    forward_to(*domain, forwarder);
    return true;
  }
  if (const auto* phones = std::get_if<RingPhones>(&route)) {
    // Somebody who has sent it on already would only do it again.
    const bool is_loop = std::any_of(forwardings_.begin(), forwardings_.end(), [&](const Forwarding& step) {
      return step.extension == phones->callee.extension;
    });
    return !is_loop && fork_.add(phones->order, invitation());
  }
  const auto* run = std::get_if<dialplan::RunApplication>(&route);
  if (run == nullptr) return false;
  const auto caller = caller_;
  fork_.stop(Cause::AnsweredElsewhere);
  let_go(caller);
  switchboard_.connect_with_application(*run, caller);
  return true;
}

void BridgedCall::on_media_changed(Leg& /*leg*/) { route_audio(); }

void BridgedCall::route_audio() {
  if (state_ != State::Connected) return;
  const auto let_hear = [](LegMedia& listener, const Leg& talker) {
    if (talker.media().held()) return listener.listen(media::MusicOnHold{});
    if (talker.absent()) return listener.listen(media::Reconnecting{});
    listener.listen(media::OtherLeg{*talker.media().id()});
  };
  let_hear(caller_->media(), *callee_);
  let_hear(callee_->media(), *caller_);
  keep();
}

void BridgedCall::keep() const {
  if (house_.keeper == nullptr) return;
  const CallRecord& record = record_.record();
  house_.keeper->keep({.id = record.id,
                       .begun_by = record.caller,
                       .dialled = record.dialled,
                       .call_id = record.call_id,
                       .connected = connected_,
                       .caller = caller_->kept(),
                       .callee = callee_->kept()});
}

void BridgedCall::forget() const {
  if (house_.keeper != nullptr) house_.keeper->forget(record_.record().id);
}

void BridgedCall::on_digit(Leg& leg, const InfoDigit& digit, DigitPath path) {
  const auto other = other_than(leg);
  if (state_ != State::Connected || !owned(leg) || !other) return;
  // The media loop carries events over to events.
  const bool is_there_already = path == DigitPath::Media && other->media().takes_events();
  const bool is_sent = is_there_already || other->send_digit(digit);
  house_.log.debug("Call {}: digit {} from the {}{}", record_.record().id.value(), digit.digit,
                   &leg == caller_.get() ? "caller" : "callee",
                   is_sent ? "" : ", dropped: the other phone takes neither events nor INFO");
}

void BridgedCall::on_refer(Leg& leg, const Refer& refer) {
  const auto referrer = owned(leg);
  const auto transferee = other_than(leg);
  if (state_ != State::Connected || !referrer || !transferee) return leg.refuse_transfer(403);
  // What may still go wrong is told by NOTIFY: some refusals of a REFER would end its dialog (RFC 5057 section 5.1).
  leg.accept_transfer();
  transfer(transferee, referrer, refer);
}

void BridgedCall::transfer(const std::shared_ptr<Leg>& transferee, const std::shared_ptr<Leg>& referrer,
                           const Refer& refer) {
  referrer_ = referrer;
  caller_ = transferee;
  callee_.reset();
  if (refer.replaces) return transfer_to_call(transferee, *refer.replaces);
  transfer_to_number(transferee, refer.target);
}

void BridgedCall::transfer_to_number(const std::shared_ptr<Leg>& transferee, const sip::Uri& target) {
  const Route route = switchboard_.route(target, referrer_->party());
  if (const auto* phones = std::get_if<RingPhones>(&route)) {
    state_ = State::Ringing;
    referrer_->media().listen(media::Silence{});
    transferee->ring();
    return ring(*phones);
  }
  if (const auto* run = std::get_if<dialplan::RunApplication>(&route)) {
    let_go(transferee);
    switchboard_.connect_with_application(*run, transferee);
    return conclude_transfer(200);
  }
  if (const auto* domain = std::get_if<RingDomain>(&route)) {
    state_ = State::Ringing;
    referrer_->media().listen(media::Silence{});
    transferee->ring();
    return ring(*domain);
  }
  conclude_transfer(sip_status(std::get<NoRoute>(route).cause));
}

void BridgedCall::transfer_to_call(const std::shared_ptr<Leg>& transferee, const sip::Replaces& dialog) {
  const auto part = switchboard_.find(dialog);
  // Nobody gives away a call that is not the own one.
  const bool is_own = part.leg && part.leg->party().extension == referrer_->party().extension;
  if (!is_own) return conclude_transfer(part.leg ? 403 : 481);
  if (part.call == this || !part.call->replace(*part.leg, transferee)) return conclude_transfer(481);
  let_go(transferee);
  conclude_transfer(200);
}

void BridgedCall::conclude_transfer(int status) {
  const auto referrer = std::exchange(referrer_, nullptr);
  if (status < 300) {
    // It is hung up as soon as it has been told.
    leaving_.push_back(referrer);
  } else {
    callee_ = referrer;
    state_ = State::Connected;
    route_audio();
  }
  referrer->tell_transfer(status);
}

void BridgedCall::let_go(const std::shared_ptr<Leg>& leg) {
  (leg == caller_ ? caller_ : callee_).reset();
  state_ = State::Ended;
  forget();
  lookups_.clear();
  no_answer_.stop();
  record_.ended(Cause::Transferred, house_.timers.now());
}

void BridgedCall::on_transfer_told(Leg& leg) {
  const bool is_leaving =
      std::any_of(leaving_.begin(), leaving_.end(), [&](const auto& leaving) { return leaving.get() == &leg; });
  if (is_leaving) leg.hang_up(Cause::Transferred);
}

bool BridgedCall::replace(const Leg& leaving, const std::shared_ptr<Leg>& joining) {
  return exchange(leaving, joining, Cause::Transferred);
}

bool BridgedCall::exchange(const Leg& leaving, const std::shared_ptr<Leg>& joining, const Ending& ending) {
  if (state_ == State::Ended) return false;
  if (fork_.owns(leaving)) {
    joining->set_listener(*this);
    connect(joining);
    return true;
  }
  const auto left = owned(leaving);
  if (!left) return false;
  joining->set_listener(*this);
  (left == caller_ ? caller_ : callee_) = joining;
  leaving_.push_back(left);
  left->hang_up(ending);
  if (state_ == State::Ringing) {
    joining->ring();
    return true;
  }
  caller_->connect_with(callee_->party());
  callee_->connect_with(caller_->party());
  route_audio();
  return true;
}

void BridgedCall::take_over(const Leg& leaving, const Party& caller, const sip::Request& invite,
                            const sip::Flow& flow) {
  const auto joining = IncomingLeg::accept(house_, *this, record_.record().id, caller, invite, flow);
  if (!joining) return;
  const auto other = other_than(leaving);
  if (!joining->answer(other ? other->media().codec() : std::nullopt)) return;
  if (exchange(leaving, joining, moved())) return;
  leaving_.push_back(joining);
  joining->hang_up(Cause::Failed);
}

void BridgedCall::on_ended(Leg& leg, const Ending& ending) {
  if (state_ == State::Ended) return;
  if (&leg == referrer_.get()) {
    // The referrer has done its part; who is transferred goes on waiting.
    leaving_.push_back(std::exchange(referrer_, nullptr));
    return;
  }
  if (&leg == caller_.get() || &leg == callee_.get()) return end(ending);
  if (state_ != State::Ringing || !fork_.owns(leg)) return;
  if (ending.cause == Cause::Unreachable) {
    switchboard_.note_dead_way(static_cast<const OutgoingLeg&>(leg).destination());
  }
  if (const auto failure = fork_.note_failure(leg, ending)) fail(*failure);
}

void BridgedCall::fail(const Ending& ending) {
  no_answer_.stop();
  lookups_.clear();
  if (!referrer_) return end(ending);
  fork_.stop(ending);
  conclude_transfer(sip_status(ending.cause));
}

void BridgedCall::end(const Ending& ending) {
  if (state_ == State::Ended) return;
  state_ = State::Ended;
  forget();
  record_.ended(ending.cause, house_.timers.now());
  no_answer_.stop();
  lookups_.clear();
  fork_.stop(ending);
  for (const auto& leg : {caller_, callee_, referrer_}) {
    if (leg) leg->hang_up(ending);
  }
}

bool BridgedCall::has(const Leg& leg) const { return owned(leg) || (state_ == State::Ringing && fork_.owns(leg)); }

std::optional<Party> BridgedCall::partner_of(const Leg& leg) const {
  const auto other = state_ == State::Connected ? other_than(leg) : nullptr;
  if (!other) return std::nullopt;
  return other->party();
}

bool BridgedCall::finished() const {
  if (state_ != State::Ended || !fork_.finished()) return false;
  const auto is_done = [](const auto& leg) { return !leg || leg->ended(); };
  return is_done(caller_) && is_done(callee_) && is_done(referrer_) &&
         std::all_of(leaving_.begin(), leaving_.end(), is_done);
}

void BridgedCall::on_connection_lost(sip::ConnectionId connection) {
  for (const auto& leg : {caller_, callee_, referrer_}) {
    if (leg) leg->on_connection_lost(connection);
  }
}

std::shared_ptr<Leg> BridgedCall::owned(const Leg& leg) const {
  if (&leg == caller_.get()) return caller_;
  return &leg == callee_.get() ? callee_ : nullptr;
}

std::shared_ptr<Leg> BridgedCall::other_than(const Leg& leg) const { return &leg == caller_.get() ? callee_ : caller_; }

}  // namespace webcalling::call
