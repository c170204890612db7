#include "io/local_addresses.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

bool is_link_local(const IpAddress& address) {
  return address.is_v6() && address.bytes()[0] == 0xfe && (address.bytes()[1] & 0xc0) == 0x80;
}

bool is_usable(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0) return false;
  return entry.ifa_addr->sa_family == AF_INET || entry.ifa_addr->sa_family == AF_INET6;
}

}  // namespace

Result<std::vector<LocalAddress>> local_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return failed("reading the network interfaces: {}", system_error_text(errno));
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);
  std::vector<LocalAddress> result;
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    if (!is_usable(*entry)) continue;
    const IpAddress address = from_socket_address(entry->ifa_addr).address;
    if (is_link_local(address)) continue;
    result.push_back({address, entry->ifa_name, (entry->ifa_flags & IFF_LOOPBACK) != 0});
  }
  std::stable_partition(result.begin(), result.end(), [](const LocalAddress& local) { return local.address.is_v4(); });
  return result;
}

}  // namespace webcalling::io
