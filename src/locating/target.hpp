#pragma once

#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::locating {

/// A server that can be sent to.
struct Target {
  sip::TransportKind kind = sip::TransportKind::Udp;
  Endpoint remote;
  /// Of TLS: the domain that was asked for, which its certificate must name, and not what DNS made of it (RFC 5922
  /// section 4).
  std::string server_name;
  friend auto operator<=>(const Target&, const Target&) = default;
};

/// What we can send over.
struct Abilities {
  /// The preferred first, which counts where the domain has no preference.
  std::vector<sip::TransportKind> transports{sip::TransportKind::Udp, sip::TransportKind::Tcp, sip::TransportKind::Tls};
  bool has_ipv4 = true;
  bool has_ipv6 = true;
};

}  // namespace webcalling::locating
