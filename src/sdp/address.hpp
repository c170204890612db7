#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"

namespace webcalling::sdp {

/// The address of an o=, c= or a=rtcp line (RFC 8866 §5.2, §5.7): network type IN, a family, and a host, which is kept
/// as the text that came: it may be a name or a multicast range.
struct Address {
  enum class Family { Ip4, Ip6 };

  Family family = Family::Ip4;
  std::string host = "0.0.0.0";

  [[nodiscard]] static Address of(const IpAddress& ip);
  /// The host as an address; nothing if it is a name or a range.
  [[nodiscard]] std::optional<IpAddress> ip() const;
  /// 0.0.0.0 or ::, which says "nowhere".
  [[nodiscard]] bool is_unspecified() const;

  friend bool operator==(const Address&, const Address&) = default;
};

/// "IN IP4 10.0.0.1", as it stands on the line.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
[[nodiscard]] std::string text(const Address& address);

}  // namespace webcalling::sdp
