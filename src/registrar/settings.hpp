#pragma once

#include <chrono>
#include <cstddef>

namespace webcalling::registrar {

struct Settings {
  /// Less is answered with 423. Web phones ask for a minute or two, to be missed soon when they vanish.
  std::chrono::seconds min_expires{30};
  /// For a REGISTER that says nothing.
  std::chrono::seconds default_expires{600};
  /// More is cut down to this.
  std::chrono::seconds max_expires{3600};
  /// Devices of one extension; one more displaces the one that was refreshed longest ago.
  std::size_t max_bindings = 10;
};

}  // namespace webcalling::registrar
