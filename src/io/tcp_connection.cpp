#include "io/tcp_connection.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "io/acceptor.hpp"
#include "io/tcp_connection_impl.hpp"

namespace webcalling::io {

namespace {

constexpr Duration kFarewellTime = 5s;

auto in_seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

TcpConnection TcpConnection::connect(Loop& loop, const Endpoint& remote, const TcpOptions& options, Handlers handlers) {
  TcpConnection connection(std::make_shared<Impl>(loop.impl(), remote, options));
  connection.impl_->connect(std::move(handlers));
  return connection;
}

TcpConnection& TcpConnection::operator=(TcpConnection&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

TcpConnection::~TcpConnection() {
  if (impl_ && impl_->is_owned()) impl_->close();
}

void TcpConnection::start(Handlers handlers) {
  if (impl_) impl_->start(std::move(handlers));
}

void TcpConnection::send(Bytes bytes) {
  if (impl_) impl_->send(bytes);
}

void TcpConnection::close() {
  if (impl_) impl_->close();
}

void TcpConnection::close_when_sent() {
  if (impl_) impl_->close_when_sent();
}

bool TcpConnection::is_open() const { return impl_ && impl_->is_open(); }
Endpoint TcpConnection::remote() const { return impl_ ? impl_->remote() : Endpoint{}; }
Endpoint TcpConnection::local() const { return impl_ ? impl_->local() : Endpoint{}; }

TcpConnection::Impl::Impl(Loop::Impl& loop, TcpSocket socket, const TcpOptions& options)
    : loop_(loop),
      socket_(std::move(socket)),
      options_(options),
      remote_(remote_endpoint(socket_)),
      deadline_(loop.timers(), [this] { expire(); }),
      state_(State::Accepted) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
}

TcpConnection::Impl::Impl(Loop::Impl& loop, const Endpoint& remote, const TcpOptions& options)
    : loop_(loop),
      socket_(loop.context().get_executor()),
      options_(options),
      remote_(remote),
      deadline_(loop.timers(), [this] { expire(); }),
      state_(State::Connecting) {}

void TcpConnection::Impl::start(Handlers handlers) {
  if (state_ != State::Accepted) return;
  handlers_ = std::move(handlers);
  state_ = State::Open;
  if (options_.first_bytes_timeout > Duration::zero()) deadline_.start(options_.first_bytes_timeout);
  wait_readable();
}

void TcpConnection::Impl::connect(Handlers handlers) {
  handlers_ = std::move(handlers);
  const auto endpoint = to_asio(remote_);
  boost::system::error_code error;
  socket_.open(endpoint.protocol(), error);
  if (error) {
    fail_later(fmt::format("connecting to {}: {}", remote_.text(), error.message()));
    return;
  }
  prepare_for_signalling(socket_);
  socket_.non_blocking(true, error);
  deadline_.start(options_.connect_timeout);
  socket_.async_connect(endpoint, [self = shared_from_this()](const boost::system::error_code& result) {
    self->loop_.enter();
    self->connected(result);
  });
}

void TcpConnection::Impl::connected(const boost::system::error_code& error) {
  if (state_ == State::Closed) return;
  if (error) {
    fail(fmt::format("connecting to {}: {}", remote_.text(), error.message()));
    return;
  }
  if (state_ == State::Connecting) {
    state_ = State::Open;
    deadline_.stop();
    if (options_.idle_timeout > Duration::zero()) deadline_.start(options_.idle_timeout);
  }
  write();
  if (state_ == State::Open && handlers_.on_connected) handlers_.on_connected();
  if (state_ != State::Closed) wait_readable();
}

void TcpConnection::Impl::wait_readable() {
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;
    self->loop_.enter();
    self->read();
  });
}

void TcpConnection::Impl::read() {
  if (state_ == State::Closed) return;
  const MutableBytes scratch = loop_.scratch();
  boost::system::error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(scratch.data(), scratch.size()), error);
  if (error == asio::error::eof) {
    fail("the peer closed the connection");
  } else if (error && error != asio::error::would_block) {
    fail(fmt::format("receiving: {}", error.message()));
  } else if (count > 0) {
    receive(scratch.first(count));
  }
  if (state_ != State::Closed) wait_readable();
}

void TcpConnection::Impl::receive(Bytes bytes) {
  if (state_ != State::Open) return;
  deadline_.stop();
  if (options_.idle_timeout > Duration::zero()) deadline_.start(options_.idle_timeout);
  if (handlers_.on_bytes) handlers_.on_bytes(bytes);
}

void TcpConnection::Impl::send(Bytes bytes) {
  if (!is_open()) return;
  queue_.append(as_text(bytes));
  if (!writing_ && state_ != State::Connecting) write();
  if (queue_.size() <= options_.send_queue_bytes || !is_open()) return;
  fail_later(fmt::format("more than {} bytes wait for a peer that does not read", options_.send_queue_bytes));
}

void TcpConnection::Impl::write() {
  std::size_t sent = 0;
  boost::system::error_code error;
  while (sent < queue_.size() && !error) {
    sent += socket_.write_some(asio::buffer(queue_.data() + sent, queue_.size() - sent), error);
  }
  queue_.erase(0, sent);
  if (error && error != asio::error::would_block) {
    fail_later(fmt::format("sending: {}", error.message()));
  } else if (!queue_.empty()) {
    wait_writable();
  } else if (state_ == State::Flushing) {
    linger();
  }
}

void TcpConnection::Impl::wait_writable() {
  writing_ = true;
  socket_.async_wait(asio::socket_base::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       if (error) return;
                       self->loop_.enter();
                       self->writing_ = false;
                       if (self->state_ != State::Closed) self->write();
                     });
}

void TcpConnection::Impl::close() {
  owned_ = false;
  end();
}

void TcpConnection::Impl::close_when_sent() {
  if (!is_open()) return;
  owned_ = false;
  const bool was_read = state_ != State::Accepted;
  const bool can_write = state_ != State::Connecting && !writing_;
  state_ = State::Flushing;
  deadline_.start(kFarewellTime);
  if (!was_read) wait_readable();
  if (can_write) write();
}

/// Closing with unread bytes in the kernel resets the connection and may take our last words away from the peer, so
/// that we end our direction only and read on until the peer ends too.
void TcpConnection::Impl::linger() {
  state_ = State::Lingering;
  boost::system::error_code error;
  socket_.shutdown(asio::socket_base::shutdown_send, error);
  if (error) end();
}

void TcpConnection::Impl::expire() {
  switch (state_) {
    case State::Connecting:
      fail(
          fmt::format("connecting to {}: no answer within {} s", remote_.text(), in_seconds(options_.connect_timeout)));
      break;
    case State::Open: fail("nothing was received for too long"); break;
    case State::Flushing:
    case State::Lingering: end(); break;
    case State::Accepted:
    case State::Closed: break;
  }
}

void TcpConnection::Impl::end() {
  state_ = State::Closed;
  deadline_.stop();
  queue_.clear();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void TcpConnection::Impl::fail(const std::string& reason) {
  const auto self = shared_from_this();
  end();
  if (std::exchange(owned_, false) && handlers_.on_closed) handlers_.on_closed(reason);
}

void TcpConnection::Impl::fail_later(std::string reason) {
  end();
  asio::post(loop_.context(), [self = shared_from_this(), reason = std::move(reason)] {
    self->loop_.enter();
    self->fail(reason);
  });
}

Endpoint TcpConnection::Impl::local() const { return local_endpoint(socket_); }

}  // namespace webcalling::io
