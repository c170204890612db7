#pragma once

#include <cstddef>

#include "base/endpoint.hpp"
#include "base/result.hpp"

namespace webcalling::io {

/// What comes to a port.
enum class UdpUse {
  /// Datagrams of many peers, many at a time: they are received by the batch, and each says to which of our addresses
  /// it was sent.
  Shared,
  /// The packets of one call, one at a time: they are received one by one, which is a third less work for the kernel,
  /// and `local` is the address that the port is bound to.
  OneFlow,
};

struct UdpOptions {
  /// Asked of the kernel, for what is sent by a shared port as well; it may grant less (net.core.rmem_max). Ports
  /// shared by many calls need megabytes; a port of one call does not.
  std::size_t buffer_bytes = 256 * 1024;
  UdpUse use = UdpUse::Shared;
  /// Each datagram says when it came, so that UdpSocket::waited() can tell.
  bool notes_arrival = false;
  /// For packets that fit into any frame: they are never fragmented (DF, RFC 791), and the kernel need not think of an
  /// identification for each (RFC 6864), which is a tenth of the work of relaying one.
  bool never_fragments = false;
};

/// A bound UDP port that nobody reads yet: a value that crosses threads, e.g. from the signalling loop, which needs the
/// port number for its SDP, to the media loop, which makes a UdpSocket of it. Closed if that never happens.
class BoundUdp {
 public:
  /// Port 0 takes any free port. `::` takes IPv4 as well, and IPv4 alone on a machine without IPv6. Errors are
  /// sentences for the person who starts the server.
  static Result<BoundUdp> bind(const Endpoint& wanted, const UdpOptions& options = {});

  BoundUdp(BoundUdp&& other) noexcept;
  BoundUdp& operator=(BoundUdp&& other) noexcept;
  ~BoundUdp();

  /// With the port that was really taken.
  [[nodiscard]] const Endpoint& local() const { return local_; }
  [[nodiscard]] UdpUse use() const { return use_; }

  /// Gives the descriptor away; the caller closes it.
  [[nodiscard]] int release();

 private:
  BoundUdp(int descriptor, const Endpoint& local, UdpUse use) : descriptor_(descriptor), local_(local), use_(use) {}

  int descriptor_;
  Endpoint local_;
  UdpUse use_;
};

}  // namespace webcalling::io
