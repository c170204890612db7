#pragma once

#include <functional>
#include <memory>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "io/loop.hpp"
#include "io/tcp_connection.hpp"

namespace webcalling::io {

/// Accepts TCP connections on one endpoint. Connections live on when it ends.
class TcpListener {
 public:
  /// The owner keeps the connection and calls start() on it. The callback may destroy the listener.
  using OnAccept = std::function<void(TcpConnection connection)>;

  /// Port 0 takes any free port; `::` takes IPv4 as well, and IPv4 alone on a machine without IPv6. `options` are those
  /// of the accepted connections.
  static Result<TcpListener> listen(Loop& loop, const Endpoint& local, const TcpOptions& options, OnAccept on_accept);

  TcpListener(TcpListener&&) noexcept;
  TcpListener& operator=(TcpListener&&) noexcept;
  ~TcpListener();

  [[nodiscard]] Endpoint local() const;

 private:
  class Impl;
  explicit TcpListener(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace webcalling::io
