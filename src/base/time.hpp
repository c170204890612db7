#pragma once

#include <chrono>

namespace webcalling {

/// Monotonic time for timers. Protocols never read the clock: the driver of a TimerQueue says what time it is.
using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Wall-clock time, only at the edges: Date headers, nonces, records, NTP stamps.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

using namespace std::chrono_literals;

}  // namespace webcalling
