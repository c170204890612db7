#include "call/bridged_call.hpp"

#include <algorithm>

namespace webcalling::call {
namespace {

/// RFC 3261 section 17.1.1.2: an INVITE has been sent four times by then.
constexpr Duration kSilenceOfADeadWay = 5s;

/// Which refusal tells the caller most: a person's decision before a busy line, that before silence or a fault (in the
/// spirit of RFC 3261 section 16.7 step 6).
int weight(Cause cause) {
  switch (cause) {
    case Cause::Declined: return 5;
    case Cause::Busy: return 4;
    case Cause::NoAnswer: return 3;
    case Cause::NoCommonCodec: return 2;
    case Cause::Unreachable: return 1;
    default: return 0;
  }
}

}  // namespace

BridgedCall::BridgedCall(Surroundings& surroundings, Settings settings, CallId id, CallerIdentity caller)
    : house_(surroundings),
      settings_(settings),
      caller_identity_(std::move(caller)),
      no_answer_(surroundings.timers, [this] { end(Cause::NoAnswer); }),
      silence_(surroundings.timers, [this] { pass_over_silent_ways(); }),
      record_(id, caller_identity_.extension, {}, surroundings.timers.now()) {}

void BridgedCall::start(const sip::Request& invite, const sip::Flow& flow,
                        const std::vector<Destination>& destinations) {
  record_ = RecordKeeper(record_.record().id, caller_identity_.extension, invite.uri().user, house_.timers.now());
  caller_ = IncomingLeg::accept(house_, *this, record_.record().id, invite, flow);
  if (!caller_) {
    state_ = State::Ended;
    return record_.ended(Cause::NoCommonCodec, house_.timers.now());
  }
  ring(destinations);
}

void BridgedCall::ring(const std::vector<Destination>& destinations) {
  if (destinations.empty()) return end(Cause::NotRegistered);
  const auto opened = std::count_if(destinations.begin(), destinations.end(),
                                    [this](const Destination& destination) { return open_branch(destination); });
  if (opened == 0) return end(Cause::Failed);
  no_answer_.start(settings_.ring_timeout);
}

bool BridgedCall::open_branch(const Destination& destination) {
  auto branch =
      OutgoingLeg::call(house_, *this, record_.record().id, destination, caller_identity_, codecs_for_callee());
  if (!branch) return false;
  branches_.push_back(std::move(branch));
  if (!destination.alternatives.empty()) silence_.start(kSilenceOfADeadWay);
  return true;
}

bool BridgedCall::try_next_way(const Destination& failed) {
  if (failed.alternatives.empty()) return false;
  Destination next = failed.alternatives.front();
  next.alternatives.assign(failed.alternatives.begin() + 1, failed.alternatives.end());
  return open_branch(next) || try_next_way(next);
}

void BridgedCall::pass_over_silent_ways() {
  // By index: each may bring another.
  for (std::size_t i = 0, count = branches_.size(); i < count; ++i) {
    const std::shared_ptr<OutgoingLeg> branch = branches_[i];
    if (branch->state() != OutgoingLeg::State::Calling || branch->destination().alternatives.empty()) continue;
    branch->hang_up(Cause::Unreachable);
    if (!try_next_way(branch->destination())) return on_branch_ended(*branch, Cause::Unreachable);
  }
}

std::vector<sdp::Codec> BridgedCall::codecs_for_callee() const {
  // The caller's codecs first, so that one codec may serve end to end; then what we can translate into.
  std::vector<sdp::Codec> codecs = caller_->media().offered_codecs();
  for (const sdp::Codec ours : {sdp::Codec::Opus, sdp::Codec::G722, sdp::Codec::Pcma, sdp::Codec::Pcmu}) {
    if (std::find(codecs.begin(), codecs.end(), ours) == codecs.end()) codecs.push_back(ours);
  }
  return codecs;
}

void BridgedCall::on_ringing(Leg& leg, bool early_media) {
  if (state_ != State::Ringing) return;
  // With several phones ringing nobody could tell whose announcement it is.
  if (!early_media || ringing_branches() > 1) return caller_->ring();
  caller_->progress(leg.media().codec());
  if (!leg.media().id() || !caller_->media().id()) return;
  caller_->media().listen(media::OtherLeg{*leg.media().id()});
  leg.media().listen(media::OtherLeg{*caller_->media().id()});
}

void BridgedCall::on_answered(Leg& leg) {
  if (state_ != State::Ringing) return leg.hang_up(Cause::AnsweredElsewhere);
  const auto winner =
      std::find_if(branches_.begin(), branches_.end(), [&](const auto& branch) { return branch.get() == &leg; });
  if (winner == branches_.end()) return leg.hang_up(Cause::AnsweredElsewhere);
  callee_ = *winner;
  for (const auto& branch : branches_) {
    if (branch != callee_) branch->hang_up(Cause::AnsweredElsewhere);
  }
  no_answer_.stop();
  silence_.stop();
  if (!caller_->answer(callee_->media().codec())) return end(Cause::Failed);
  state_ = State::Connected;
  record_.answered(house_.timers.now());
  route_audio();
}

void BridgedCall::on_media_changed(Leg& /*leg*/) { route_audio(); }

void BridgedCall::route_audio() {
  if (state_ != State::Connected) return;
  const auto let_hear = [](LegMedia& listener, const LegMedia& talker) {
    if (talker.held()) return listener.listen(media::MusicOnHold{});
    listener.listen(media::OtherLeg{*talker.id()});
  };
  let_hear(caller_->media(), callee_->media());
  let_hear(callee_->media(), caller_->media());
}

void BridgedCall::on_digit(Leg& leg, char digit) {
  house_.log.debug("Call {}: digit {} from the {}", record_.record().id.value(), digit,
                   &leg == caller_.get() ? "caller" : "callee");
}

void BridgedCall::on_ended(Leg& leg, Cause cause) {
  if (state_ == State::Ended) return;
  if (&leg == caller_.get() || &leg == callee_.get()) return end(cause);
  if (state_ == State::Ringing) on_branch_ended(leg, cause);
}

void BridgedCall::on_branch_ended(const Leg& leg, Cause cause) {
  if (cause == Cause::Unreachable && try_next_way(static_cast<const OutgoingLeg&>(leg).destination())) return;
  if (!best_failure_ || weight(cause) > weight(*best_failure_)) best_failure_ = cause;
  const bool declined = cause == Cause::Declined;
  // A 6xx speaks for the whole extension (RFC 3261 section 16.7 step 5).
  if (declined || ringing_branches() == 0) end(*best_failure_);
}

std::ptrdiff_t BridgedCall::ringing_branches() const {
  return std::count_if(branches_.begin(), branches_.end(), [](const auto& branch) {
    return !branch->ended() && branch->state() != OutgoingLeg::State::Cancelling;
  });
}

void BridgedCall::hang_up(Cause cause) { end(cause); }

void BridgedCall::end(Cause cause) {
  if (state_ == State::Ended) return;
  state_ = State::Ended;
  record_.ended(cause, house_.timers.now());
  no_answer_.stop();
  silence_.stop();
  caller_->hang_up(cause);
  for (const auto& branch : branches_) branch->hang_up(cause);
}

bool BridgedCall::finished() const {
  if (state_ != State::Ended) return false;
  if (caller_ && !caller_->ended()) return false;
  return std::all_of(branches_.begin(), branches_.end(), [](const auto& branch) { return branch->ended(); });
}

void BridgedCall::on_connection_lost(sip::ConnectionId connection) {
  if (caller_) caller_->on_connection_lost(connection);
  if (callee_) callee_->on_connection_lost(connection);
}

}  // namespace webcalling::call
