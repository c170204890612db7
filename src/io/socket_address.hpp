#pragma once

// Private to this room: our endpoints as the system wants them.

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>

#include "base/endpoint.hpp"

namespace webcalling::io {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

/// AF_INET or AF_INET6.
[[nodiscard]] int family_of(const IpAddress& address);

/// For a socket of `family`; IPv4 on an IPv6 socket becomes ::ffff:a.b.c.d. Size 0 if that family cannot reach it.
[[nodiscard]] SocketAddress to_socket_address(const Endpoint& endpoint, int family);
[[nodiscard]] SocketAddress to_socket_address(const Endpoint& endpoint);

[[nodiscard]] Endpoint from_socket_address(const sockaddr* address);

/// The address in network order as an IPv6 socket writes it.
[[nodiscard]] std::array<std::uint8_t, 16> mapped_bytes(const IpAddress& address);

/// `wanted`, but 0.0.0.0 in place of :: on a machine that has no IPv6: every address that there is.
[[nodiscard]] Endpoint where_to_bind(const Endpoint& wanted);

/// Why a port could not be opened, and what to do about it.
[[nodiscard]] std::string explain_bind_error(int error);

/// The text of an errno value.
[[nodiscard]] std::string system_error_text(int error);

}  // namespace webcalling::io
