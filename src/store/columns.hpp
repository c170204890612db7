#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.hpp"

namespace webcalling::store {

/// How long one process waits for another that writes to the same file.
inline constexpr int kBusyMilliseconds = 2000;

/// Times stand in the tables as milliseconds since 1970.
inline std::int64_t number(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime at(std::int64_t milliseconds) { return WallTime(std::chrono::milliseconds(milliseconds)); }

}  // namespace webcalling::store
