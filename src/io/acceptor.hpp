#pragma once

// Private to this room.

#include <functional>
#include <memory>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "io/loop_impl.hpp"

namespace webcalling::io {

/// A listening TCP socket that accepts until close(), also through a shortage of file descriptors.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  using OnAccept = std::function<void(TcpSocket socket)>;

  /// `protocol` is for the error's sentence: "listening on TCP 0.0.0.0:5060: ...".
  static Result<std::shared_ptr<Acceptor>> open(Loop::Impl& loop, const Endpoint& local, std::string_view protocol,
                                                OnAccept on_accept);

  Acceptor(Loop::Impl& loop, OnAccept on_accept);

  /// No callback comes afterwards.
  void close();
  [[nodiscard]] const Endpoint& local() const { return local_; }

 private:
  boost::system::error_code listen(const Endpoint& wanted);
  void accept_next();
  void accepted(const boost::system::error_code& error);

  Loop::Impl& loop_;
  TcpAcceptor acceptor_;
  TcpSocket next_;
  OnAccept on_accept_;
  Timer pause_;
  Endpoint local_;
  bool closed_ = false;
};

/// TCP_NODELAY and keep-alive: a silent peer that is gone is noticed after about two minutes.
void prepare_for_signalling(TcpSocket& socket);

/// The two ends of a connected socket; unspecified if it is not connected.
[[nodiscard]] Endpoint local_endpoint(const TcpSocket& socket);
[[nodiscard]] Endpoint remote_endpoint(const TcpSocket& socket);

[[nodiscard]] asio::ip::tcp::endpoint to_asio(const Endpoint& endpoint);

}  // namespace webcalling::io
