#pragma once

// Private to this room.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "io/udp_socket.hpp"

namespace webcalling::io {

/// The datagrams that all UDP sockets of one loop want to send in this round. flush() sends them with one system call
/// per socket and batch, in the order in which they were queued on each socket.
class DatagramSender {
 public:
  /// A socket as the sender sees it; lives until the flush() after its last datagram.
  struct Port {
    int descriptor = -1;
    int family = AF_INET;
    /// Bound to all addresses, so that the sender of an answer must be named.
    bool is_wildcard = false;
    UdpSocket::Counters counters;
  };

  DatagramSender();

  void queue(Port& port, const IpAddress& from, const Endpoint& remote, Bytes bytes);
  void flush();

 private:
  static constexpr std::size_t kBatch = 64;
  static constexpr std::size_t kBytes = 128 * 1024;

  struct Slot {
    Port* port;
    sockaddr_in6 address;
    socklen_t address_size;
    alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> control;
    std::size_t control_size;
    iovec what;
  };

  static void name_source(Slot& slot, const IpAddress& from);
  void send_run(std::size_t begin, std::size_t end);
  static void send_one(Port& port, const Slot& slot);

  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t used_ = 0;
  std::size_t count_ = 0;
  std::array<Slot, kBatch> slots_{};
  std::array<Slot*, kBatch> order_{};
  std::array<mmsghdr, kBatch> messages_{};
};

}  // namespace webcalling::io
