#pragma once

#include <string>

#include "base/random.hpp"

namespace webcalling::media::ice {

/// One side's short-term credentials: a=ice-ufrag and a=ice-pwd.
struct Credentials {
  std::string ufrag;
  std::string pwd;

  /// RFC 8445 §5.3 asks for 24 bits in a ufrag and 128 bits in a password; these carry 71 and 142.
  static Credentials generate(Random& random);

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

}  // namespace webcalling::media::ice
