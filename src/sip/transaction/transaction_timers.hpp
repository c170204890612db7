#pragma once

#include "base/time.hpp"

namespace webcalling::sip {

/// RFC 3261 section 17, table 4. Tests may shorten nothing: they own the clock.
struct TransactionTimers {
  Duration t1 = 500ms;
  Duration t2 = 4s;
  Duration t4 = 5s;
};

}  // namespace webcalling::sip
