#pragma once

#include <cstdint>

#include "base/strong.hpp"

namespace webcalling::call {

/// One call on this server since it started; in logs and records.
using CallId = Strong<struct CallIdTag, std::uint64_t>;

}  // namespace webcalling::call
