#include "io/udp_socket.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <utility>

#include "io/loop_impl.hpp"
#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

// After this many full batches other sockets have their turn.
constexpr int kBatchesPerTurn = 4;

}  // namespace

class UdpSocket::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Loop::Impl& loop, BoundUdp port, OnDatagram on_datagram)
      : loop_(loop),
        descriptor_(loop.context().get_executor(), port.release()),
        local_(port.local()),
        on_datagram_(std::move(on_datagram)) {
    port_.descriptor = descriptor_.native_handle();
    port_.family = family_of(local_.address);
    port_.is_wildcard = local_.address.is_unspecified();
  }

  void wait() {
    descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (error) return;
                             self->loop_.enter();
                             self->receive();
                           });
  }

  void send(const IpAddress& from, const Endpoint& remote, Bytes bytes) {
    loop_.sender().queue(port_, from, remote, bytes);
  }

  void close() {
    closed_ = true;
    loop_.sender().flush();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
  }

  [[nodiscard]] const Endpoint& local() const { return local_; }
  [[nodiscard]] const Counters& counters() const { return port_.counters; }

 private:
  void receive() {
    DatagramReceiver& receiver = loop_.receiver();
    std::size_t count = DatagramReceiver::kBatch;
    for (int batch = 0; batch < kBatchesPerTurn && count == DatagramReceiver::kBatch && !closed_; ++batch) {
      count = receiver.receive(port_.descriptor);
      port_.counters.received += count;
      for (std::size_t i = 0; i < count && !closed_; ++i) {
        on_datagram_(receiver.bytes(i), receiver.remote(i), receiver.local(i, local_.address));
      }
    }
    if (!closed_) wait();
  }

  Loop::Impl& loop_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor_;
  Endpoint local_;
  OnDatagram on_datagram_;
  DatagramSender::Port port_;
  bool closed_ = false;
};

UdpSocket::UdpSocket(Loop& loop, BoundUdp port, OnDatagram on_datagram)
    : impl_(std::make_shared<Impl>(loop.impl(), std::move(port), std::move(on_datagram))) {
  impl_->wait();
}

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
const Endpoint& UdpSocket::local() const { return impl_->local(); }
const UdpSocket::Counters& UdpSocket::counters() const { return impl_->counters(); }

}  // namespace webcalling::io
