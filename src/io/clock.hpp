#pragma once

#include "base/time.hpp"

namespace webcalling::io {

/// The machine's monotonic clock. Only this room reads it; everybody else asks a TimerQueue.
struct MonotonicClock {
  [[nodiscard]] static TimePoint now();
};

/// The machine's wall clock: may jump. For Date headers, nonces, records and NTP stamps.
[[nodiscard]] WallTime wall_clock();

}  // namespace webcalling::io
