#pragma once

// For the tests of this room: ports that nobody uses.

#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

#include "io/bound_udp.hpp"
#include "io/tcp_listener.hpp"

namespace webcalling::server {

inline const IpAddress kLoopback = IpAddress::v4(0x7f000001);

/// The first of `count` neighbouring ports that are free for UDP and TCP; even. Below the ports that the system gives
/// to others by itself (from 32768), and starting elsewhere in each process.
inline std::uint16_t free_ports(int count) {
  constexpr int kFirst = 10000;
  constexpr int kEnd = 32000;
  static int next = kFirst + ::getpid() % 1000 * 20;
  io::Loop loop;
  const auto is_free = [&](int number) {
    const Endpoint port{kLoopback, static_cast<std::uint16_t>(number)};
    return io::BoundUdp::bind(port) && io::TcpListener::listen(loop, port, {}, [](io::TcpConnection) {});
  };
  for (int tried = 0; tried < kEnd - kFirst; tried += count) {
    if (next + count > kEnd) next = kFirst;
    const int first = std::exchange(next, next + count + count % 2);
    int port = first;
    while (port < first + count && is_free(port)) ++port;
    if (port == first + count) return static_cast<std::uint16_t>(first);
  }
  ADD_FAILURE() << "no " << count << " neighbouring free ports";
  return 0;
}

}  // namespace webcalling::server
