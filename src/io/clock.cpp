#include "io/clock.hpp"

#include <chrono>

namespace webcalling::io {

TimePoint MonotonicClock::now() { return std::chrono::steady_clock::now(); }

WallTime wall_clock() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

}  // namespace webcalling::io
