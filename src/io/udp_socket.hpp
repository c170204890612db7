#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "io/bound_udp.hpp"
#include "io/loop.hpp"

namespace webcalling::io {

/// A UDP port on a loop: datagrams are received in batches, and sent in batches at the end of the round. Knows nothing
/// of peers; errors that the network reports about them (ICMP) are ignored. Nothing is allocated per datagram.
///
/// IPv6 link-local peers are not served: an Endpoint carries no scope.
class UdpSocket {
 public:
  /// `bytes` is valid, and may be changed, until the callback returns. `local` is the address that the datagram was
  /// sent to, also if the port is bound to all addresses; an answer should leave from it. The callback may destroy the
  /// socket.
  using OnDatagram = std::function<void(MutableBytes bytes, const Endpoint& remote, const IpAddress& local)>;

  /// A datagram comes soon, after some others that have come to this or other ports: time to begin to bring what it
  /// will need into the cache (base/prefetch). `step` is 1, 2 and 3, and from each to the next there is time for what
  /// was begun to come. `remote` is unspecified (0.0.0.0) where that is not known yet: at the port of one flow.
  using OnPrefetch = std::function<void(const Endpoint& remote, int step)>;

  UdpSocket(Loop& loop, BoundUdp port, OnDatagram on_datagram, OnPrefetch on_prefetch = {});
  static Result<UdpSocket> bind(Loop& loop, const Endpoint& local, OnDatagram on_datagram,
                                const UdpOptions& options = {});

  UdpSocket(UdpSocket&&) noexcept;
  UdpSocket& operator=(UdpSocket&&) noexcept;
  /// Sends what is queued and closes the port.
  ~UdpSocket();

  /// Queues `bytes` for the end of the round. `from` is one of our addresses, normally the `local` of a received
  /// datagram; unspecified (0.0.0.0) leaves the choice to the routing table. It matters only if the port is bound to
  /// all addresses. What the kernel does not take at once is dropped and counted: UDP may lose, and late audio is worth
  /// nothing.
  void send(const IpAddress& from, const Endpoint& remote, Bytes bytes);

  /// It is to send soon.
  void prefetch() const;

  [[nodiscard]] const Endpoint& local() const;
  /// Within the callback: how long its datagram has waited to be received, if the port notes arrivals.
  [[nodiscard]] Duration waited() const;

  struct Counters {
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    /// Not taken by the kernel: its buffer was full, there was no route, or the datagram was too long.
    std::uint64_t unsent = 0;
  };
  [[nodiscard]] const Counters& counters() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace webcalling::io
