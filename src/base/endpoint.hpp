#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace webcalling {

/// An IPv4 or IPv6 address as a value. IPv4-mapped IPv6 addresses (::ffff:a.b.c.d) are stored as IPv4, so that a
/// dual-stack socket and an IPv4 one name a peer alike.
class IpAddress {
 public:
  /// 0.0.0.0
  constexpr IpAddress() = default;
  static IpAddress v4(std::uint32_t host_order);
  static IpAddress v6(const std::array<std::uint8_t, 16>& network_order);
  /// Dotted quad or RFC 4291 text, without brackets; never a name.
  static Result<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return is_v4_; }
  [[nodiscard]] bool is_v6() const { return !is_v4_; }
  /// 0.0.0.0 or ::
  [[nodiscard]] bool is_unspecified() const;
  [[nodiscard]] bool is_loopback() const;
  /// 4 or 16 bytes in network order.
  [[nodiscard]] Bytes bytes() const { return Bytes(bytes_).first(is_v4_ ? 4 : 16); }
  [[nodiscard]] std::string text() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  bool is_v4_ = true;
  std::array<std::uint8_t, 16> bytes_{};
};

/// Address and port. text() is "1.2.3.4:5060" or "[::1]:5060".
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace webcalling

template <>
struct std::hash<webcalling::IpAddress> {
  std::size_t operator()(const webcalling::IpAddress& address) const noexcept;
};

template <>
struct std::hash<webcalling::Endpoint> {
  std::size_t operator()(const webcalling::Endpoint& endpoint) const noexcept;
};
