#include "pki/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"

namespace webcalling::pki {
namespace {

template <typename T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

template <typename T>
bool contains_all(const std::vector<T>& all, const std::vector<T>& some) {
  return std::all_of(some.begin(), some.end(), [&](const T& one) { return contains(all, one); });
}

}  // namespace

bool Names::include(const Names& others) const {
  return contains_all(hosts, others.hosts) && contains_all(addresses, others.addresses);
}

bool Names::identify(std::string_view peer) const {
  if (const auto address = IpAddress::parse(peer)) return contains(addresses, *address);
  // The root's dot at the end of a name changes nothing in whom it names.
  if (peer.ends_with('.')) peer.remove_suffix(1);
  return contains(hosts, ascii::lower(peer));
}

std::string Names::text() const {
  std::string out;
  const auto add = [&](const std::string& name) { out += out.empty() ? name : ", " + name; };
  for (const std::string& host : hosts) add(host);
  for (const IpAddress& address : addresses) add(address.text());
  return out;
}

}  // namespace webcalling::pki
