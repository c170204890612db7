#include "base/network.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace webcalling {
namespace {

unsigned length_in_bits(const IpAddress& address) { return address.is_v4() ? 32 : 128; }

/// The byte with its first `count` bits kept, of which there may be more than eight or less than none.
std::uint8_t keep_bits(std::uint8_t byte, int count) {
  if (count >= 8) return byte;
  if (count <= 0) return 0;
  return static_cast<std::uint8_t>(byte & (0xff << (8 - count)));
}

IpAddress cut(const IpAddress& address, unsigned prefix_length) {
  std::array<std::uint8_t, 16> bytes{};
  const Bytes given = address.bytes();
  for (std::size_t i = 0; i < given.size(); ++i) {
    bytes[i] = keep_bits(given[i], static_cast<int>(prefix_length) - static_cast<int>(8 * i));
  }
  if (address.is_v6()) return IpAddress::v6(bytes);
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < given.size(); ++i) number = number << 8 | bytes[i];
  return IpAddress::v4(number);
}

}  // namespace

Network::Network(const IpAddress& address, unsigned prefix_length)
    : prefix_length_(std::min(prefix_length, length_in_bits(address))) {
  address_ = cut(address, prefix_length_);
}

Result<Network> Network::parse(std::string_view text) {
  const bool is_range = text.find('/') != std::string_view::npos;
  std::string_view length_text = text;
  const auto address = IpAddress::parse(ascii::take_until(length_text, '/'));
  if (!address) return malformed("'{}' is neither an IP address nor a network like 192.0.2.0/24", text);
  if (!is_range) return Network(*address, length_in_bits(*address));
  const auto length = ascii::parse_number<unsigned>(length_text);
  if (!length || *length > length_in_bits(*address)) {
    return malformed("'{}': a number from 0 to {} must follow the '/'", text, length_in_bits(*address));
  }
  return Network(*address, *length);
}

bool Network::contains(const IpAddress& address) const {
  if (address.is_v4() != address_.is_v4()) return false;
  const Bytes ours = address_.bytes();
  const Bytes theirs = address.bytes();
  const std::size_t whole = prefix_length_ / 8;
  if (!std::equal(ours.begin(), ours.begin() + static_cast<std::ptrdiff_t>(whole), theirs.begin())) return false;
  return whole == ours.size() || keep_bits(theirs[whole], static_cast<int>(prefix_length_ % 8)) == ours[whole];
}

std::string Network::text() const {
  if (prefix_length_ == length_in_bits(address_)) return address_.text();
  return fmt::format("{}/{}", address_.text(), prefix_length_);
}

bool contains(std::span<const Network> networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.contains(address); });
}

Network site_of(const IpAddress& address) {
  constexpr unsigned kSubscriberBits = 64;
  return {address, address.is_v4() ? 32 : kSubscriberBits};
}

}  // namespace webcalling
