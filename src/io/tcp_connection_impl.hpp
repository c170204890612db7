#pragma once

// Private to this room.

#include <memory>
#include <optional>
#include <string>

#include "base/timer_queue.hpp"
#include "io/loop_impl.hpp"
#include "io/tcp_connection.hpp"
#include "tls/tls_endpoint.hpp"

namespace webcalling::io {

class TcpConnection::Impl : public std::enable_shared_from_this<Impl> {
 public:
  /// An accepted connection.
  Impl(Loop::Impl& loop, TcpSocket socket, const TcpOptions& options);
  /// One that connect() will open.
  Impl(Loop::Impl& loop, const Endpoint& remote, const TcpOptions& options);

  void start(Handlers handlers);
  void connect(Handlers handlers);
  void send(Bytes bytes);
  void pause() { paused_ = true; }
  void resume();
  void close();
  void close_when_sent();

  [[nodiscard]] bool is_owned() const { return owned_; }
  [[nodiscard]] bool is_open() const { return owned_ && state_ != State::Closed; }
  [[nodiscard]] bool is_sending() const { return is_open() && unsent() > 0; }
  [[nodiscard]] Endpoint remote() const { return remote_; }
  [[nodiscard]] Endpoint local() const;

 private:
  enum class State {
    Accepted,     ///< not read yet
    Connecting,   ///< what is sent waits
    Handshaking,  ///< so it does during that of TLS
    Open,
    Flushing,   ///< let go by the owner, sending what is queued
    Lingering,  ///< everything sent and said so, reading until the peer ends as well
    Closed,
  };

  void connected(const boost::system::error_code& error);
  void open();
  void wait_readable();
  void read();
  void receive(Bytes bytes);
  void receive_encrypted(Bytes bytes);
  void deliver(Bytes bytes);
  [[nodiscard]] std::size_t unsent() const;
  void flush();
  void write();
  void wait_writable();
  void tell_sent();
  void say_farewell();
  void linger();
  void expire();
  void end();
  void refuse();
  void fail(const std::string& reason);
  void fail_later(std::string reason);

  Loop::Impl& loop_;
  TcpSocket socket_;
  TcpOptions options_;
  Endpoint remote_;
  Handlers handlers_;
  Timer deadline_;
  State state_;
  /// Whether anybody still wants callbacks.
  bool owned_ = true;
  std::optional<tls::TlsEndpoint> tls_;
  /// As the network will carry it: encrypted, if the connection is.
  std::string queue_;
  bool writing_ = false;
  bool waiting_ = false;
  bool paused_ = false;
};

}  // namespace webcalling::io
