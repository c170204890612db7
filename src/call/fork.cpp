#include "call/fork.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::call {
namespace {

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

bool all_ended(const std::vector<std::shared_ptr<OutgoingLeg>>& legs) {
  return std::all_of(legs.begin(), legs.end(), [](const auto& leg) { return leg->ended(); });
}

}  // namespace

Fork::Fork(Surroundings& surroundings, LegListener& listener, CallId call, Settings settings)
    : house_(surroundings),
      listener_(listener),
      call_(call),
      settings_(settings),
      group_timeout_(surroundings.timers, [this] { static_cast<void>(ring_next_group()); }),
      silence_(surroundings.timers, [this] { pass_over_silent_ways(); }) {}

bool Fork::ring(RingOrder order, const Invitation& invitation) {
  stop(Cause::AnsweredElsewhere);
  std::erase_if(leaving_, [](const auto& leg) { return leg->ended(); });
  invitation_ = invitation;
  best_failure_.reset();
  waiting_.assign(std::make_move_iterator(order.begin()), std::make_move_iterator(order.end()));
  return ring_next_group();
}

bool Fork::add(const RingOrder& order, const Invitation& invitation) {
  invitation_ = invitation;
  bool rings = false;
  for (const auto& group : order) rings = ring_group(group) || rings;
  return rings;
}

bool Fork::ring_next_group() {
  while (!waiting_.empty()) {
    const auto group = std::move(waiting_.front());
    waiting_.pop_front();
    for (const auto& silent : branches_) silent->hang_up(Cause::NoAnswer);
    std::move(branches_.begin(), branches_.end(), std::back_inserter(leaving_));
    branches_.clear();
    if (!ring_group(group)) continue;
    if (!waiting_.empty()) group_timeout_.start(settings_.group_timeout);
    return true;
  }
  return false;
}

bool Fork::ring_group(const std::vector<Destination>& group) {
  bool rings = false;
  for (const Destination& destination : group) rings = open_branch(destination) || rings;
  return rings;
}

bool Fork::open_branch(const Destination& destination) {
  auto branch = OutgoingLeg::call(house_, listener_, call_, destination, invitation_);
  if (!branch) return try_next_way(destination);
  branches_.push_back(std::move(branch));
  if (!destination.alternatives.empty()) silence_.start(settings_.silence_of_a_dead_way);
  return true;
}

bool Fork::try_next_way(const Destination& failed) {
  if (failed.alternatives.empty()) return false;
  Destination next = failed.alternatives.front();
  next.alternatives.assign(failed.alternatives.begin() + 1, failed.alternatives.end());
  return open_branch(next);
}

void Fork::pass_over_silent_ways() {
  // A copy: each may bring another, or be the end of the call.
  for (const auto& branch : std::vector(branches_)) {
    const bool is_silent = owns(*branch) && branch->state() == OutgoingLeg::State::Calling;
    if (!is_silent || branch->destination().alternatives.empty()) continue;
    branch->hang_up(Cause::Unreachable);
    listener_.on_ended(*branch, Cause::Unreachable);
  }
}

std::optional<Ending> Fork::note_failure(const Leg& failed, const Ending& ending) {
  const bool is_dead_way = ending.cause == Cause::Unreachable;
  if (is_dead_way && try_next_way(static_cast<const OutgoingLeg&>(failed).destination())) return std::nullopt;
  if (!best_failure_ || weight(ending.cause) > weight(best_failure_->cause)) best_failure_ = ending;
  if (ending.cause == Cause::Declined) return best_failure_;
  if (ringing() > 0 || ring_next_group()) return std::nullopt;
  return best_failure_;
}

std::shared_ptr<Leg> Fork::take(const Leg& winner) {
  const auto found =
      std::find_if(branches_.begin(), branches_.end(), [&](const auto& branch) { return branch.get() == &winner; });
  if (found == branches_.end()) return nullptr;
  const std::shared_ptr<OutgoingLeg> taken = *found;
  branches_.erase(found);
  stop(Cause::AnsweredElsewhere);
  return taken;
}

void Fork::stop(const Ending& ending) {
  group_timeout_.stop();
  silence_.stop();
  waiting_.clear();
  for (const auto& branch : branches_) branch->hang_up(ending);
  std::move(branches_.begin(), branches_.end(), std::back_inserter(leaving_));
  branches_.clear();
}

bool Fork::owns(const Leg& leg) const {
  return std::any_of(branches_.begin(), branches_.end(), [&](const auto& branch) { return branch.get() == &leg; });
}

std::size_t Fork::ringing() const {
  return static_cast<std::size_t>(std::count_if(branches_.begin(), branches_.end(), [](const auto& branch) {
    return !branch->ended() && branch->state() != OutgoingLeg::State::Cancelling;
  }));
}

bool Fork::finished() const { return all_ended(branches_) && all_ended(leaving_); }

}  // namespace webcalling::call
