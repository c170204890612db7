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
    if (ring_group(group)) return true;
  }
  return false;
}

bool Fork::ring_group(const std::vector<Destination>& group) {
  bool rings = false;
  for (const Destination& destination : group) {
    auto branch = OutgoingLeg::call(house_, listener_, call_, destination, invitation_);
    if (!branch) continue;
    branches_.push_back(std::move(branch));
    rings = true;
  }
  return rings;
}

std::optional<Ending> Fork::note_failure(const Ending& ending) {
  if (!best_failure_ || weight(ending.cause) > weight(best_failure_->cause)) best_failure_ = ending;
  if (ending.cause == Cause::Declined) return best_failure_;
  if (!all_ended(branches_) || ring_next_group()) return std::nullopt;
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
  waiting_.clear();
  for (const auto& branch : branches_) branch->hang_up(ending);
  std::move(branches_.begin(), branches_.end(), std::back_inserter(leaving_));
  branches_.clear();
}

bool Fork::owns(const Leg& leg) const {
  return std::any_of(branches_.begin(), branches_.end(), [&](const auto& branch) { return branch.get() == &leg; });
}

bool Fork::finished() const { return all_ended(branches_) && all_ended(leaving_); }

}  // namespace webcalling::call
