#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/result.hpp"

namespace webcalling {

/// A range of addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3): 192.0.2.0/24, 2001:db8::/32, or one address.
class Network {
 public:
  /// 0.0.0.0 alone.
  Network() = default;
  /// `prefix_length` in bits, cut down to the length of the address; bits behind it are cleared.
  Network(const IpAddress& address, unsigned prefix_length);
  /// "ADDRESS/LENGTH", or "ADDRESS" for that one alone. Bits behind the prefix are cleared.
  static Result<Network> parse(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] const IpAddress& address() const { return address_; }
  [[nodiscard]] unsigned prefix_length() const { return prefix_length_; }
  /// As parse() takes it; one address is written without a length.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Network&, const Network&) = default;

 private:
  IpAddress address_;
  unsigned prefix_length_ = 32;
};

[[nodiscard]] bool contains(std::span<const Network> networks, const IpAddress& address);

/// What one subscriber of the network has to himself: an IPv4 address, or the /64 around an IPv6 address, since whoever
/// has one of its addresses has all of them (RFC 6177).
[[nodiscard]] Network site_of(const IpAddress& address);

}  // namespace webcalling
