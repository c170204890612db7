#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// A 503 with Retry-After (seconds) to a request that came as a datagram, made without reading it: its lines are copied
/// as they stand (RFC 3261 section 8.2.6.2), at a quarter of what reading and writing would cost. For a server that has
/// more to do than it can.
struct QuickRefusal {
  std::string text;
  /// Where it goes (RFC 3261 section 18.2.2, RFC 3581 section 4).
  Endpoint to;

  /// Nothing if a line that a response needs is not there, or is written in a way that has to be read with care.
  static std::optional<QuickRefusal> make(std::string_view request, const Flow& flow, std::uint64_t retry_after);
};

}  // namespace webcalling::sip
