#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "io/loop.hpp"
#include "io/udp_socket.hpp"

namespace webcalling::load {

/// Where thousands of ends of calls send and receive. A server on this machine sees each end at an address of its own
/// (127.x.y.z), and yet all of them share one socket: that receives by the batch, and the load costs half as much. For
/// a server elsewhere every end has a port.
class MediaNetwork {
 public:
  using OnDatagram = std::function<void(MutableBytes datagram)>;

  /// Fails if no port is free. `towards` is the server.
  static Result<std::unique_ptr<MediaNetwork>> open(io::Loop& loop, const IpAddress& towards, const IpAddress& local);
  MediaNetwork(const MediaNetwork&) = delete;
  MediaNetwork& operator=(const MediaNetwork&) = delete;

  /// A new end; what comes to it goes to `on_datagram` until close().
  [[nodiscard]] Result<Endpoint> add(OnDatagram on_datagram);
  void close(const Endpoint& end);
  void send(const Endpoint& end, const Endpoint& to, Bytes datagram);

  /// This share (0..1) of what is sent, and of what comes, is lost.
  void lose(double share) { loss_ = share; }

  struct Counters {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    /// Not taken by the kernel: it would be us who lose packets.
    std::uint64_t unsent = 0;
    /// For an end that is closed.
    std::uint64_t strayed = 0;
  };
  [[nodiscard]] Counters counters() const;

 private:
  struct End {
    OnDatagram on_datagram;
    std::optional<io::UdpSocket> own_socket;
  };

  MediaNetwork(io::Loop& loop, const IpAddress& local) : loop_(loop), local_(local) {}
  void receive(const Endpoint& end, MutableBytes datagram);
  [[nodiscard]] bool is_lost();

  io::Loop& loop_;
  IpAddress local_;
  std::optional<io::UdpSocket> shared_;
  std::uint32_t next_address_ = 0;
  std::unordered_map<Endpoint, End> ends_;
  double loss_ = 0;
  std::uint64_t lottery_ = 88172645463325252ULL;
  Counters counters_;
};

}  // namespace webcalling::load
