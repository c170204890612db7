#pragma once

#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/result.hpp"

namespace webcalling::io {

struct LocalAddress {
  IpAddress address;
  /// E.g. "eth0".
  std::string interface;
  bool is_loopback = false;
  /// Not if it is an IPv6 address that comes and goes for the sake of privacy (RFC 8981), or is about to go.
  bool is_lasting = true;
};

/// The addresses of the interfaces that are up, in the system's order, IPv4 first; without IPv6 link-local ones, which
/// cannot be named without a scope.
[[nodiscard]] Result<std::vector<LocalAddress>> local_addresses();

/// The address that a packet to `remote` leaves from, as the routing table has it; Failed if there is no way there.
[[nodiscard]] Result<IpAddress> local_address_towards(const IpAddress& remote);

}  // namespace webcalling::io
