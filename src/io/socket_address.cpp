#include "io/socket_address.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace webcalling::io {

int family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

std::array<std::uint8_t, 16> mapped_bytes(const IpAddress& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (address.is_v4()) {
    // 0.0.0.0 means "any", which IPv6 spells ::
    if (address.is_unspecified()) return bytes;
    bytes[10] = bytes[11] = 0xff;
  }
  std::copy(address.bytes().rbegin(), address.bytes().rend(), bytes.rbegin());
  return bytes;
}

SocketAddress to_socket_address(const Endpoint& endpoint, int family) {
  SocketAddress result;
  if (family == AF_INET) {
    if (endpoint.address.is_v6()) return result;
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    std::memcpy(&in.sin_addr, endpoint.address.bytes().data(), sizeof in.sin_addr);
    result.size = sizeof in;
    std::memcpy(&result.storage, &in, sizeof in);
    return result;
  }
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(endpoint.port);
  const auto bytes = mapped_bytes(endpoint.address);
  std::memcpy(&in6.sin6_addr, bytes.data(), bytes.size());
  result.size = sizeof in6;
  std::memcpy(&result.storage, &in6, sizeof in6);
  return result;
}

SocketAddress to_socket_address(const Endpoint& endpoint) {
  return to_socket_address(endpoint, family_of(endpoint.address));
}

Endpoint from_socket_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return {IpAddress::v4(ntohl(in.sin_addr.s_addr)), ntohs(in.sin_port)};
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address, sizeof in6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in6.sin6_addr, bytes.size());
    return {IpAddress::v6(bytes), ntohs(in6.sin6_port)};
  }
  return {};
}

Endpoint where_to_bind(const Endpoint& wanted) {
  if (wanted.address.is_v4() || !wanted.address.is_unspecified()) return wanted;
  const int probe = ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe >= 0) ::close(probe);
  return probe < 0 && errno == EAFNOSUPPORT ? Endpoint{IpAddress(), wanted.port} : wanted;
}

std::string explain_bind_error(int error) {
  switch (error) {
    case EADDRINUSE: return "address already in use: is another PBX running?";
    case EADDRNOTAVAIL: return "this machine has no such address";
    case EACCES: return "permission denied: ports below 1024 need root or CAP_NET_BIND_SERVICE";
    case EAFNOSUPPORT: return "this machine has no IPv6";
    default: return system_error_text(error);
  }
}

std::string system_error_text(int error) { return std::generic_category().message(error); }

}  // namespace webcalling::io
