#include "io/acceptor.hpp"

#include <netinet/tcp.h>

#include <boost/asio/ip/v6_only.hpp>
#include <cstring>
#include <utility>

#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

// How long to wait for file descriptors to become free; trying again at once would burn a core.
constexpr Duration kPause = 100ms;

bool is_shortage(const boost::system::error_code& error) {
  return error == boost::system::errc::too_many_files_open ||
         error == boost::system::errc::too_many_files_open_in_system || error == boost::system::errc::no_buffer_space ||
         error == boost::system::errc::not_enough_memory;
}

}  // namespace

Result<std::shared_ptr<Acceptor>> Acceptor::open(Loop::Impl& loop, const Endpoint& local, std::string_view protocol,
                                                 OnAccept on_accept) {
  auto acceptor = std::make_shared<Acceptor>(loop, std::move(on_accept));
  if (const auto error = acceptor->listen(local)) {
    return failed("listening on {} {}: {}", protocol, local.text(), explain_bind_error(error.value()));
  }
  acceptor->accept_next();
  return acceptor;
}

Acceptor::Acceptor(Loop::Impl& loop, OnAccept on_accept)
    : loop_(loop),
      acceptor_(loop.context().get_executor()),
      next_(loop.context().get_executor()),
      on_accept_(std::move(on_accept)),
      pause_(loop.timers(), [this] { accept_next(); }) {}

boost::system::error_code Acceptor::listen(const Endpoint& wanted) {
  const Endpoint local = where_to_bind(wanted);
  const auto endpoint = to_asio(local);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error && local.address.is_v6()) acceptor_.set_option(asio::ip::v6_only(false), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return error;
  local_ = {local.address, acceptor_.local_endpoint(error).port()};
  return error;
}

void Acceptor::close() {
  closed_ = true;
  pause_.stop();
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

void Acceptor::accept_next() {
  acceptor_.async_accept(next_, [self = shared_from_this()](const boost::system::error_code& error) {
    if (!self->closed_) self->accepted(error);
  });
}

void Acceptor::accepted(const boost::system::error_code& error) {
  if (error && is_shortage(error)) {
    pause_.start(kPause);
    return;
  }
  // Other errors are those of one connection that went away before it was taken.
  if (!error) {
    prepare_for_signalling(next_);
    on_accept_(std::exchange(next_, TcpSocket(loop_.context().get_executor())));
  }
  if (!closed_) accept_next();
}

void prepare_for_signalling(TcpSocket& socket) {
  const auto set = [&socket](int level, int name, int value) {
    // Options here improve service; without them the connection still works, so that a refusal is no error.
    (void)setsockopt(socket.native_handle(), level, name, &value, sizeof value);
  };
  set(IPPROTO_TCP, TCP_NODELAY, 1);
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

Endpoint local_endpoint(const TcpSocket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.local_endpoint(error);
  return error ? Endpoint{} : from_socket_address(endpoint.data());
}

Endpoint remote_endpoint(const TcpSocket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  return error ? Endpoint{} : from_socket_address(endpoint.data());
}

asio::ip::tcp::endpoint to_asio(const Endpoint& endpoint) {
  const SocketAddress address = to_socket_address(endpoint);
  asio::ip::tcp::endpoint result;
  result.resize(address.size);
  std::memcpy(result.data(), address.get(), address.size);
  return result;
}

}  // namespace webcalling::io
