#pragma once

#include <string>

#include "base/network.hpp"
#include "base/time.hpp"

namespace webcalling::guard {

/// One source that is shut out, or was not long ago.
struct Ban {
  Network source;
  std::string reason;
  WallTime since;
  WallTime until;
  /// How often it has been banned, this time included.
  unsigned count = 1;

  friend bool operator==(const Ban&, const Ban&) = default;
};

}  // namespace webcalling::guard
