#include "io/udp_socket.hpp"

#include <unistd.h>

#include <utility>

#include "base/prefetch.hpp"
#include "io/loop_impl.hpp"
#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

// After this many full batches other sockets have their turn.
constexpr int kBatchesPerTurn = 4;

}  // namespace

class UdpSocket::Impl final : public std::enable_shared_from_this<Impl>, private Poller::Port {
 public:
  Impl(Loop::Impl& loop, BoundUdp port, OnDatagram on_datagram, OnPrefetch on_prefetch)
      : loop_(loop),
        local_(port.local()),
        use_(port.use()),
        on_datagram_(std::move(on_datagram)),
        on_prefetch_(std::move(on_prefetch)) {
    port_.descriptor = port.release();
    port_.family = family_of(local_.address);
    port_.is_wildcard = local_.address.is_unspecified();
    loop_.poller().add(port_.descriptor, *this);
  }
  ~Impl() { close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void send(const IpAddress& from, const Endpoint& remote, Bytes bytes) {
    loop_.sender().queue(port_, from, remote, bytes);
  }

  void close() {
    if (std::exchange(closed_, true)) return;
    loop_.sender().flush();
    loop_.poller().remove(port_.descriptor, *this);
    ::close(port_.descriptor);
  }

  [[nodiscard]] const Endpoint& local() const { return local_; }
  [[nodiscard]] const Counters& counters() const { return port_.counters; }
  [[nodiscard]] Duration waited() const { return loop_.receiver().waited(current_); }

 private:
  void prefetch(int step) override {
    if (on_prefetch_ && use_ == UdpUse::OneFlow) on_prefetch_({}, step);
  }
  /// Of those in the batch behind `current_`, as the poller does with ports.
  void prefetch_batch(std::size_t count) {
    if (!on_prefetch_) return;
    for (std::size_t step = 1; step <= Poller::kPrefetchSteps; ++step) {
      const std::size_t index = current_ + Poller::kPrefetchSteps + 1 - step;
      if (index < count) on_prefetch_(loop_.receiver().remote(index), static_cast<int>(step));
    }
  }

  void receive() override {
    // The callback may destroy the socket.
    const auto self = shared_from_this();
    if (use_ == UdpUse::OneFlow) return receive_one();
    DatagramReceiver& receiver = loop_.receiver();
    std::size_t count = DatagramReceiver::kBatch;
    for (int batch = 0; batch < kBatchesPerTurn && count == DatagramReceiver::kBatch && !closed_; ++batch) {
      count = receiver.receive(port_.descriptor);
      port_.counters.received += count;
      for (std::size_t i = 0; i < count && !closed_; ++i) {
        current_ = i;
        prefetch_batch(count);
        on_datagram_(receiver.bytes(i), receiver.remote(i), receiver.local(i, local_.address));
      }
    }
  }

  /// What waits behind it is told again in the next round.
  void receive_one() {
    DatagramReceiver& receiver = loop_.receiver();
    if (!receiver.receive_one(port_.descriptor)) return;
    ++port_.counters.received;
    on_datagram_(receiver.bytes(0), receiver.remote(0), local_.address);
  }

  Loop::Impl& loop_;
  Endpoint local_;
  UdpUse use_;
  /// In the batch.
  std::size_t current_ = 0;
  OnDatagram on_datagram_;
  OnPrefetch on_prefetch_;
  DatagramSender::Port port_;
  bool closed_ = false;
};

UdpSocket::UdpSocket(Loop& loop, BoundUdp port, OnDatagram on_datagram, OnPrefetch on_prefetch)
    : impl_(std::make_shared<Impl>(loop.impl(), std::move(port), std::move(on_datagram), std::move(on_prefetch))) {}

Result<UdpSocket> UdpSocket::bind(Loop& loop, const Endpoint& local, OnDatagram on_datagram,
                                  const UdpOptions& options) {
  auto port = BoundUdp::bind(local, options);
  if (!port) return Failure(std::move(port.error()));
  return UdpSocket(loop, std::move(*port), std::move(on_datagram));
}

UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

UdpSocket::~UdpSocket() {
  if (impl_) impl_->close();
}

void UdpSocket::send(const IpAddress& from, const Endpoint& remote, Bytes bytes) { impl_->send(from, remote, bytes); }
void UdpSocket::prefetch() const { webcalling::prefetch(impl_.get(), sizeof(Impl)); }
const Endpoint& UdpSocket::local() const { return impl_->local(); }
Duration UdpSocket::waited() const { return impl_->waited(); }
const UdpSocket::Counters& UdpSocket::counters() const { return impl_->counters(); }

}  // namespace webcalling::io
