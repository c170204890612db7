#pragma once

// Private to this room.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace webcalling::io {

/// The memory into which all UDP sockets of one loop receive, a batch at a time. Every slot takes the longest datagram
/// there is; pages that no datagram reached cost nothing.
class DatagramReceiver {
 public:
  static constexpr std::size_t kBatch = 64;

  DatagramReceiver();

  /// Fills the batch from `descriptor` and says how many datagrams came; fewer than kBatch means that no more are
  /// waiting.
  std::size_t receive(int descriptor);

  /// A batch of one, and only its bytes and its sender. False if there is none.
  bool receive_one(int descriptor);

  // Of the `index`th datagram of the batch.
  [[nodiscard]] MutableBytes bytes(std::size_t index);
  [[nodiscard]] Endpoint remote(std::size_t index) const;
  /// To which address it was sent; `bound` if the socket does not tell.
  [[nodiscard]] IpAddress local(std::size_t index, const IpAddress& bound) const;
  /// How long ago it came; zero if the socket does not tell.
  [[nodiscard]] Duration waited(std::size_t index) const;

 private:
  static constexpr std::size_t kControlBytes = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(timespec));

  struct Slot {
    sockaddr_in6 address;
    alignas(cmsghdr) std::array<std::uint8_t, kControlBytes> control;
    iovec where;
  };

  std::unique_ptr<std::uint8_t[]> memory_;
  std::array<Slot, kBatch> slots_{};
  std::array<mmsghdr, kBatch> messages_{};
};

}  // namespace webcalling::io
