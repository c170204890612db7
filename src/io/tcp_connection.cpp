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

void TcpConnection::pause() {
  if (impl_) impl_->pause();
}

void TcpConnection::resume() {
  if (impl_) impl_->resume();
}

bool TcpConnection::is_sending() const { return impl_ && impl_->is_sending(); }
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
  if (options_.tls.context) tls_.emplace(tls::TlsEndpoint::accept(*options_.tls.context, options_.tls.application));
}

TcpConnection::Impl::Impl(Loop::Impl& loop, const Endpoint& remote, const TcpOptions& options)
    : loop_(loop),
      socket_(loop.context().get_executor()),
      options_(options),
      remote_(remote),
      deadline_(loop.timers(), [this] { expire(); }),
      state_(State::Connecting) {
  // Who is called need not speak first.
  options_.first_bytes_timeout = options_.idle_timeout;
}

void TcpConnection::Impl::start(Handlers handlers) {
  if (state_ != State::Accepted) return;
  handlers_ = std::move(handlers);
  handlers_.on_connected = nullptr;
  if (tls_) {
    state_ = State::Handshaking;
    deadline_.start(options_.tls.handshake_timeout);
  } else {
    open();
  }
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
    self->connected(result);
  });
}

void TcpConnection::Impl::connected(const boost::system::error_code& error) {
  if (state_ == State::Closed) return;
  if (error) {
    fail(fmt::format("connecting to {}: {}", remote_.text(), error.message()));
    return;
  }
  const bool is_wanted = state_ == State::Connecting;
  if (options_.tls.context) {
    tls_.emplace(tls::TlsEndpoint::connect(*options_.tls.context, options_.tls.server_name));
    tls_->send(as_bytes(std::exchange(queue_, {})));
  }
  if (is_wanted) state_ = tls_ ? State::Handshaking : State::Open;
  flush();
  if (state_ == State::Handshaking) deadline_.start(options_.tls.handshake_timeout);
  if (state_ == State::Open) open();
  if (state_ != State::Closed) wait_readable();
}

void TcpConnection::Impl::open() {
  state_ = State::Open;
  deadline_.stop();
  if (options_.first_bytes_timeout > Duration::zero()) deadline_.start(options_.first_bytes_timeout);
  if (handlers_.on_connected) handlers_.on_connected();
  tell_sent();
}

void TcpConnection::Impl::wait_readable() {
  if (waiting_ || paused_) return;
  waiting_ = true;
  socket_.async_wait(asio::socket_base::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    if (error) return;
    self->waiting_ = false;
    self->read();
  });
}

void TcpConnection::Impl::resume() {
  paused_ = false;
  if (state_ != State::Accepted && state_ != State::Connecting && state_ != State::Closed) wait_readable();
}

void TcpConnection::Impl::read() {
  if (state_ == State::Closed || paused_) return;
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
  if (state_ == State::Lingering) return;
  if (tls_) {
    receive_encrypted(bytes);
  } else {
    deliver(bytes);
  }
}

void TcpConnection::Impl::receive_encrypted(Bytes bytes) {
  using TlsState = tls::TlsEndpoint::State;
  ByteVector plaintext;
  tls_->receive(bytes, plaintext);
  flush();
  const bool stands = tls_->state() == TlsState::Open || tls_->state() == TlsState::Closed;
  if (state_ == State::Handshaking && stands) open();
  if (!plaintext.empty()) deliver(plaintext);
  if (state_ == State::Closed) return;
  if (tls_->state() == TlsState::Failed) {
    refuse();
  } else if (tls_->state() == TlsState::Closed && state_ == State::Open) {
    fail("the peer closed the connection");
  }
}

void TcpConnection::Impl::deliver(Bytes bytes) {
  if (state_ != State::Open) return;
  deadline_.stop();
  if (options_.idle_timeout > Duration::zero()) deadline_.start(options_.idle_timeout);
  if (handlers_.on_bytes) handlers_.on_bytes(bytes);
}

void TcpConnection::Impl::send(Bytes bytes) {
  if (!is_open()) return;
  if (tls_) {
    tls_->send(bytes);
  } else {
    queue_.append(as_text(bytes));
  }
  flush();
}

std::size_t TcpConnection::Impl::unsent() const { return queue_.size() + (tls_ ? tls_->waiting() : 0); }

/// Hands the network what it takes, and keeps the rest within bounds.
void TcpConnection::Impl::flush() {
  if (tls_) queue_ += tls_->take_output();
  if (!writing_ && state_ != State::Connecting) write();
  if (unsent() <= options_.send_queue_bytes || state_ == State::Closed) return;
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
    say_farewell();
  }
}

void TcpConnection::Impl::wait_writable() {
  writing_ = true;
  socket_.async_wait(asio::socket_base::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       if (error) return;
                       self->writing_ = false;
                       if (self->state_ == State::Closed) return;
                       self->write();
                       self->tell_sent();
                     });
}

void TcpConnection::Impl::tell_sent() {
  if (state_ == State::Open && unsent() == 0 && handlers_.on_sent) handlers_.on_sent();
}

void TcpConnection::Impl::close() {
  owned_ = false;
  end();
}

void TcpConnection::Impl::close_when_sent() {
  if (!is_open()) return;
  owned_ = false;
  const bool connecting = state_ == State::Connecting;
  state_ = State::Flushing;
  deadline_.start(kFarewellTime);
  if (connecting) return;
  paused_ = false;
  wait_readable();
  if (!writing_) write();
}

void TcpConnection::Impl::say_farewell() {
  // What waits for the end of the handshake is still to be sent.
  if (unsent() > 0) return;
  if (tls_) {
    tls_->close();
    queue_ = tls_->take_output();
    if (!queue_.empty()) return write();
  }
  linger();
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
    case State::Handshaking:
      fail(fmt::format("the TLS handshake took longer than {} s", in_seconds(options_.tls.handshake_timeout)));
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

/// Ends the connection because of what the peer made of TLS, and tells it why: by the alert that is queued already, or
/// in plain.
void TcpConnection::Impl::refuse() {
  if (tls_->peer_is_plain()) queue_ += options_.tls.plain_answer;
  const bool was_owned = owned_;
  close_when_sent();
  if (was_owned && handlers_.on_closed) handlers_.on_closed(tls_->failure());
}

void TcpConnection::Impl::fail(const std::string& reason) {
  const auto self = shared_from_this();
  end();
  if (std::exchange(owned_, false) && handlers_.on_closed) handlers_.on_closed(reason);
}

void TcpConnection::Impl::fail_later(std::string reason) {
  end();
  asio::post(loop_.context(), [self = shared_from_this(), reason = std::move(reason)] {
    self->fail(reason);
  });
}

Endpoint TcpConnection::Impl::local() const { return local_endpoint(socket_); }

}  // namespace webcalling::io
