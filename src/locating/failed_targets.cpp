#include "locating/failed_targets.hpp"

#include <algorithm>

namespace webcalling::locating {

void FailedTargets::add(const Target& target) {
  const TimePoint now = timers_.now();
  std::erase_if(until_, [&](const auto& entry) { return entry.second <= now; });
  until_.erase(target);
  if (until_.size() >= most_) {
    until_.erase(std::min_element(until_.begin(), until_.end(),
                                  [](const auto& a, const auto& b) { return a.second < b.second; }));
  }
  until_.emplace(target, now + memory_);
}

bool FailedTargets::contains(const Target& target) const {
  const auto known = until_.find(target);
  return known != until_.end() && timers_.now() < known->second;
}

std::vector<Target> FailedTargets::put_last(std::vector<Target> targets) const {
  std::stable_partition(targets.begin(), targets.end(), [&](const Target& target) { return !contains(target); });
  return targets;
}

}  // namespace webcalling::locating
