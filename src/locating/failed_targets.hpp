#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "base/timer_queue.hpp"
#include "locating/target.hpp"

namespace webcalling::locating {

/// Servers that did not work a moment ago (RFC 3263 section 4.3): they are tried last for a while.
class FailedTargets {
 public:
  explicit FailedTargets(TimerQueue& timers, Duration memory = 60s, std::size_t most = 256)
      : timers_(timers), memory_(memory), most_(most) {}

  void add(const Target& target);
  [[nodiscard]] bool contains(const Target& target) const;
  /// Keeps the order but for those that failed, which go to the end: all may have failed, and one be back.
  [[nodiscard]] std::vector<Target> put_last(std::vector<Target> targets) const;
  [[nodiscard]] std::size_t size() const { return until_.size(); }

 private:
  TimerQueue& timers_;
  Duration memory_;
  std::size_t most_;
  std::map<Target, TimePoint> until_;
};

}  // namespace webcalling::locating
