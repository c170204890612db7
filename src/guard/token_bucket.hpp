#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace webcalling::guard {

/// How much of something may be done: `capacity` at once, and `per_second` in the long run. Full at first.
class TokenBucket {
 public:
  struct Size {
    double capacity = 0;
    double per_second = 0;
  };

  /// False, and nothing is taken, if less than one is left.
  [[nodiscard]] bool take(const Size& size, TimePoint now) {
    refill(size, now);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }
  /// How much is left.
  [[nodiscard]] double left(const Size& size, TimePoint now) {
    refill(size, now);
    return left_;
  }

 private:
  void refill(const Size& size, TimePoint now) {
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    left_ = is_new_ ? size.capacity : std::min(size.capacity, left_ + std::max(0.0, seconds) * size.per_second);
    filled_ = now;
    is_new_ = false;
  }

  double left_ = 0;
  TimePoint filled_;
  bool is_new_ = true;
};

}  // namespace webcalling::guard
