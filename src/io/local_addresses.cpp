#include "io/local_addresses.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>

#include "base/ascii.hpp"
#include "io/files.hpp"
#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

constexpr int kHexadecimal = 16;

bool is_link_local(const IpAddress& address) {
  return address.is_v6() && address.bytes()[0] == 0xfe && (address.bytes()[1] & 0xc0) == 0x80;
}

bool is_usable(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0) return false;
  return entry.ifa_addr->sa_family == AF_INET || entry.ifa_addr->sa_family == AF_INET6;
}

/// 32 hexadecimal digits, as the kernel lists them.
std::optional<IpAddress> parse_digits(std::string_view text) {
  std::array<std::uint8_t, 16> bytes{};
  if (text.size() != 2 * bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = ascii::parse_number<std::uint8_t>(text.substr(2 * i, 2), kHexadecimal);
    if (!byte) return std::nullopt;
    bytes[i] = *byte;
  }
  return IpAddress::v6(bytes);
}

/// The IPv6 addresses that will not last. Only Linux tells; elsewhere there are none.
std::vector<IpAddress> passing_addresses() {
  // linux/if_addr.h, which cannot be included beside ifaddrs.h: temporary, failed, deprecated, tentative.
  constexpr unsigned kPassing = 0x01 | 0x08 | 0x20 | 0x40;
  std::vector<IpAddress> found;
  const auto table = read_file("/proc/net/if_inet6");
  if (!table) return found;
  // "fe80000000000000020c29fffe1c3f5a 02 40 20 80     eth0": address, interface, prefix, scope, flags, name.
  for (std::string_view rest = *table; !rest.empty();) {
    std::string_view line = ascii::take_until(rest, '\n');
    const auto address = parse_digits(ascii::take_until(line, ' '));
    for (int skipped = 0; skipped < 3; ++skipped) ascii::take_until(line, ' ');
    const auto flags = ascii::parse_number<unsigned>(ascii::take_until(line, ' '), kHexadecimal);
    if (address && flags && (*flags & kPassing) != 0) found.push_back(*address);
  }
  return found;
}

}  // namespace

Result<std::vector<LocalAddress>> local_addresses() {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return failed("reading the network interfaces: {}", system_error_text(errno));
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(first, &::freeifaddrs);
  const std::vector<IpAddress> passing = passing_addresses();
  std::vector<LocalAddress> result;
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    if (!is_usable(*entry)) continue;
    const IpAddress address = from_socket_address(entry->ifa_addr).address;
    if (is_link_local(address)) continue;
    const bool is_lasting = std::find(passing.begin(), passing.end(), address) == passing.end();
    result.push_back({address, entry->ifa_name, (entry->ifa_flags & IFF_LOOPBACK) != 0, is_lasting});
  }
  std::stable_partition(result.begin(), result.end(), [](const LocalAddress& local) { return local.address.is_v4(); });
  return result;
}

Result<IpAddress> local_address_towards(const IpAddress& remote) {
  // Connecting a datagram socket sends nothing: it only looks up the way. Any port will do.
  const SocketAddress there = to_socket_address({remote, 5060});
  const int descriptor = ::socket(there.get()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed("looking up the way to {}: {}", remote.text(), system_error_text(errno));
  SocketAddress here;
  here.size = sizeof here.storage;
  const bool is_known = ::connect(descriptor, there.get(), there.size) == 0 &&
                        ::getsockname(descriptor, here.get(), &here.size) == 0;
  const int error = errno;
  ::close(descriptor);
  if (!is_known) return failed("there is no way to {}: {}", remote.text(), system_error_text(error));
  return from_socket_address(here.get()).address;
}

}  // namespace webcalling::io
