#pragma once

#include <chrono>
#include <cstddef>

namespace webcalling::events {

struct Settings {
  /// Less is answered with 423, except 0.
  std::chrono::seconds min_expires{60};
  /// For a SUBSCRIBE or PUBLISH that says nothing (RFC 3842 section 3.4, RFC 3856 section 6.4, RFC 4235 section 3.4).
  std::chrono::seconds default_expires{3600};
  /// More is cut down to this.
  std::chrono::seconds max_expires{3600};
  /// Of one extension; one more displaces the one that was refreshed longest ago. A desk phone with busy lamps has one
  /// for each lamp.
  std::size_t max_subscriptions = 300;
};

}  // namespace webcalling::events
