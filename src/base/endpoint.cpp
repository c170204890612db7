#include "base/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/ascii.hpp"

namespace webcalling {

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) address.bytes_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& network_order) {
  constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  IpAddress address;
  if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), network_order.begin())) {
    std::copy(network_order.begin() + 12, network_order.end(), address.bytes_.begin());
    return address;
  }
  address.is_v4_ = false;
  address.bytes_ = network_order;
  return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton reads up to the first NUL, whatever stands behind it.
  if (text.find('\0') != std::string_view::npos) return malformed("an IP address with a NUL in it");
  const std::string terminated(text);
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return v4(static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
              static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3]);
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return v6(bytes);
  return malformed("'{}' is not an IP address", text);
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
  if (is_v4_) return bytes_[0] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; }) && bytes_[15] == 1;
}

std::string IpAddress::text() const {
  if (is_v4_) {
    std::string out;
    for (std::size_t i = 0; i < 4; ++i) {
      if (i > 0) out.push_back('.');
      ascii::append_number(out, bytes_[i]);
    }
    return out;
  }
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string Endpoint::text() const {
  std::string out = address.is_v4() ? address.text() : "[" + address.text() + "]";
  out.push_back(':');
  ascii::append_number(out, port);
  return out;
}

}  // namespace webcalling

std::size_t std::hash<webcalling::IpAddress>::operator()(const webcalling::IpAddress& address) const noexcept {
  return std::hash<std::string_view>{}(webcalling::as_text(address.bytes()));
}

std::size_t std::hash<webcalling::Endpoint>::operator()(const webcalling::Endpoint& endpoint) const noexcept {
  return std::hash<webcalling::IpAddress>{}(endpoint.address) * 31 + endpoint.port;
}
