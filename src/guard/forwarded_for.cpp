#include "guard/forwarded_for.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"

namespace webcalling::guard {
namespace {

/// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:4711": proxies differ.
std::optional<IpAddress> parse_node(std::string_view node) {
  if (node.starts_with('[')) {
    node.remove_prefix(1);
    node = node.substr(0, node.find(']'));
  } else if (std::count(node.begin(), node.end(), ':') == 1) {
    node = node.substr(0, node.find(':'));
  }
  const auto address = IpAddress::parse(node);
  if (!address) return std::nullopt;
  return *address;
}

}  // namespace

IpAddress find_client(const IpAddress& peer, std::string_view forwarded_for, std::span<const Network> trusted_proxies) {
  IpAddress client = peer;
  while (contains(trusted_proxies, client) && !forwarded_for.empty()) {
    const auto comma = forwarded_for.rfind(',');
    const auto node = parse_node(ascii::trim(forwarded_for.substr(comma == std::string_view::npos ? 0 : comma + 1)));
    // A proxy that hides its client ("unknown") answers for it.
    if (!node) return client;
    client = *node;
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  return client;
}

}  // namespace webcalling::guard
