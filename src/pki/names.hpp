#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"

namespace webcalling::pki {

/// Whom a certificate is for: its subjectAltName (RFC 5280 section 4.2.1.6).
struct Names {
  /// In lower case.
  std::vector<std::string> hosts;
  std::vector<IpAddress> addresses;

  [[nodiscard]] bool empty() const { return hosts.empty() && addresses.empty(); }
  /// Whether every one of `others` is among these.
  [[nodiscard]] bool include(const Names& others) const;
  /// Whether these name the peer that somebody wanted to reach: a host name or an IP address. RFC 5922 section 7.2: in
  /// any case, and "*.example.com" stands for no other name.
  [[nodiscard]] bool identify(std::string_view peer) const;
  /// "pbx.example.com, 10.0.0.5"
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Names&, const Names&) = default;
};

}  // namespace webcalling::pki
