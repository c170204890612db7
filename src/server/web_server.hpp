#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "io/http_server.hpp"
#include "io/loop.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::server {

/// The web phone's files at the web ports, HTTP and HTTPS, and SIP over WebSocket: at /ws of these, and at the classic
/// ports of its own.
class WebServer {
 public:
  /// `kind` is Ws or Wss.
  using OnWebSocket = std::function<void(io::WebSocketConnection connection, sip::TransportKind kind)>;

  static Result<WebServer> listen(io::Loop& loop, const config::Settings& settings, const io::TlsOptions& tls,
                                  const OnWebSocket& on_websocket);

 private:
  explicit WebServer(std::vector<io::HttpServer> servers) : servers_(std::move(servers)) {}

  std::vector<io::HttpServer> servers_;
};

}  // namespace webcalling::server
