#include "sdp/address.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {

Address Address::of(const IpAddress& ip) { return {ip.is_v4() ? Family::Ip4 : Family::Ip6, ip.text()}; }

std::optional<IpAddress> Address::ip() const {
  const auto parsed = IpAddress::parse(host);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

bool Address::is_unspecified() const {
  const auto address = ip();
  return address && address->is_unspecified();
}

std::optional<Address> parse_address(std::string_view text) {
  const auto network = take_word(text);
  const auto family = take_word(text);
  const auto host = take_word(text);
  if (!ascii::equals_ignoring_case(network, "IN") || host.empty() || !ascii::trim(text).empty()) return std::nullopt;
  if (ascii::equals_ignoring_case(family, "IP4")) return Address{Address::Family::Ip4, std::string(host)};
  if (ascii::equals_ignoring_case(family, "IP6")) return Address{Address::Family::Ip6, std::string(host)};
  return std::nullopt;
}

std::string text(const Address& address) {
  return fmt::format("IN {} {}", address.family == Address::Family::Ip4 ? "IP4" : "IP6", address.host);
}

}  // namespace webcalling::sdp
