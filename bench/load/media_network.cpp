#include "load/media_network.hpp"

#include <memory>
#include <utility>

namespace webcalling::load {
namespace {

/// 127.1.0.1 and above: 127.0.0.x belongs to whom the server talks to otherwise.
constexpr std::uint32_t kFirstAddress = 0x7f010001;
constexpr std::uint32_t kAddresses = 0x00fe0000;
constexpr std::size_t kBuffer = 32UL * 1024 * 1024;
constexpr std::size_t kBufferOfOne = 64UL * 1024;

}  // namespace

Result<std::unique_ptr<MediaNetwork>> MediaNetwork::open(io::Loop& loop, const IpAddress& towards,
                                                         const IpAddress& local) {
  std::unique_ptr<MediaNetwork> network(new MediaNetwork(loop, local));
  if (!towards.is_loopback() || towards.is_v6()) return network;
  auto socket = io::UdpSocket::bind(
      loop, {IpAddress{}, 0},
      [network = network.get()](MutableBytes datagram, const Endpoint& /*from*/, const IpAddress& to) {
        network->receive({to, network->shared_->local().port}, datagram);
      },
      {.buffer_bytes = kBuffer});
  if (!socket) return Failure(std::move(socket.error()));
  network->shared_.emplace(std::move(*socket));
  return network;
}

Result<Endpoint> MediaNetwork::add(OnDatagram on_datagram) {
  if (shared_) {
    Endpoint end{IpAddress::v4(kFirstAddress + next_address_), shared_->local().port};
    next_address_ = (next_address_ + 1) % kAddresses;
    ends_.insert_or_assign(end, End{std::move(on_datagram), std::nullopt});
    return end;
  }
  const auto end = std::make_shared<Endpoint>();
  auto socket = io::UdpSocket::bind(loop_, {local_, 0},
                                    [this, end](MutableBytes datagram, const Endpoint& /*from*/,
                                                const IpAddress& /*to*/) { receive(*end, datagram); },
                                    {.buffer_bytes = kBufferOfOne});
  if (!socket) return Failure(std::move(socket.error()));
  *end = socket->local();
  ends_.insert_or_assign(*end, End{std::move(on_datagram), std::move(*socket)});
  return *end;
}

void MediaNetwork::close(const Endpoint& end) { ends_.erase(end); }

void MediaNetwork::send(const Endpoint& end, const Endpoint& to, Bytes datagram) {
  if (is_lost()) return;
  if (shared_) return shared_->send(end.address, to, datagram);
  const auto found = ends_.find(end);
  if (found != ends_.end()) found->second.own_socket->send({}, to, datagram);
}

void MediaNetwork::receive(const Endpoint& end, MutableBytes datagram) {
  if (is_lost()) return;
  ++counters_.received;
  const auto found = ends_.find(end);
  if (found == ends_.end()) {
    ++counters_.strayed;
    return;
  }
  found->second.on_datagram(datagram);
}

bool MediaNetwork::is_lost() {
  if (loss_ <= 0) return false;
  // Marsaglia's xorshift: a lottery, no secret.
  lottery_ ^= lottery_ << 13;
  lottery_ ^= lottery_ >> 7;
  lottery_ ^= lottery_ << 17;
  return static_cast<double>(lottery_ % 1'000'000) < loss_ * 1'000'000;
}

MediaNetwork::Counters MediaNetwork::counters() const {
  Counters counters = counters_;
  const auto count = [&](const io::UdpSocket& socket) {
    counters.sent += socket.counters().sent;
    counters.unsent += socket.counters().unsent;
  };
  if (shared_) count(*shared_);
  for (const auto& [at, end] : ends_) {
    if (end.own_socket) count(*end.own_socket);
  }
  return counters;
}

}  // namespace webcalling::load
