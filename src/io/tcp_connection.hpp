#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "io/loop.hpp"
#include "tls/context.hpp"

namespace webcalling::io {

struct TlsOptions {
  /// Null: the connection is not encrypted.
  std::shared_ptr<const tls::Context> context;
  /// For an accepted connection: what is spoken inside.
  tls::Application application = tls::Application::Sip;
  /// For one that we open: who must answer, a host name or an address; empty takes anybody (see TlsEndpoint::connect).
  std::string server_name;
  Duration handshake_timeout = 10s;
  /// What a client is told, in plain, that does not begin with TLS.
  std::string plain_answer;
};

struct TcpOptions {
  /// Bytes that may wait for a peer that does not read; more closes the connection.
  std::size_t send_queue_bytes = 256 * 1024;
  Duration connect_timeout = 5s;
  /// How long an accepted connection may say nothing at first; zero is for ever.
  Duration first_bytes_timeout = Duration::zero();
  /// How long it may be silent later; zero is for ever.
  Duration idle_timeout = Duration::zero();
  TlsOptions tls;
};

/// One TCP connection, accepted or opened, plain or with TLS: bytes in, bytes out. Its owner names it (an id captured
/// in the handlers), frames the bytes and decides when it ends. TCP_NODELAY and keep-alive are on.
///
/// Callbacks come from the loop, never from inside a call of the owner, and may do anything, also destroy the
/// connection. Destroying it closes it at once, unless close_when_sent() was called. A default-constructed or closed
/// connection takes every call and does nothing.
class TcpConnection {
 public:
  struct Handlers {
    /// Valid until the callback returns.
    std::function<void(Bytes)> on_bytes;
    /// The connection ended and the owner did not ask for it; `reason` is a sentence. Nothing comes afterwards.
    std::function<void(const std::string& reason)> on_closed;
    /// The attempt to connect succeeded, TLS included; may be absent.
    std::function<void()> on_connected;
    /// Everything that had to wait for the peer to read has gone; may be absent.
    std::function<void()> on_sent;
  };

  /// Opens a connection. What is sent before it stands is queued; failure and time-out come as on_closed.
  static TcpConnection connect(Loop& loop, const Endpoint& remote, const TcpOptions& options, Handlers handlers);

  TcpConnection() = default;
  TcpConnection(TcpConnection&&) noexcept = default;
  TcpConnection& operator=(TcpConnection&& other) noexcept;
  ~TcpConnection();

  /// Begins to receive on an accepted connection; called once.
  void start(Handlers handlers);

  void send(Bytes bytes);
  /// Whether some of what was sent waits for the peer to read; on_sent comes then.
  [[nodiscard]] bool is_sending() const;

  /// Nothing is received until resume(), so that the peer has to wait. What is on its way may still come.
  void pause();
  void resume();

  /// Ends the connection at once; what is queued is lost, on_closed is not called.
  void close();
  /// Ends the connection when what is queued has been sent (for at most five seconds); no callback comes any more. The
  /// object may be destroyed meanwhile.
  void close_when_sent();

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] Endpoint remote() const;
  /// Unspecified while connecting.
  [[nodiscard]] Endpoint local() const;

  class Impl;
  explicit TcpConnection(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace webcalling::io
