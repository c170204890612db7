#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace webcalling::load {

/// How long things took, to 10 microseconds, up to a second; what took longer counts as a second.
class Delays {
 public:
  void add(Duration delay) {
    const auto slot = static_cast<std::size_t>(std::max<Duration::rep>(0, delay / kStep));
    ++counts_[std::min(slot, counts_.size() - 1)];
    ++count_;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// What `share` (0..1) of them did not exceed; zero if there are none.
  [[nodiscard]] Duration percentile(double share) const {
    if (count_ == 0) return Duration::zero();
    const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1)) + 1;
    std::uint64_t seen = 0;
    std::size_t slot = 0;
    while (slot + 1 < counts_.size() && (seen += counts_[slot]) < wanted) ++slot;
    return kStep * static_cast<Duration::rep>(slot + 1);
  }
  void forget() {
    counts_.fill(0);
    count_ = 0;
  }

 private:
  static constexpr Duration kStep = std::chrono::microseconds(10);
  std::array<std::uint64_t, 100'000> counts_{};
  std::uint64_t count_ = 0;
};

}  // namespace webcalling::load
