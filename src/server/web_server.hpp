#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/api.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "guard/guard.hpp"
#include "io/http_server.hpp"
#include "io/loop.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::server {

/// The web phone's files at the web ports, HTTP and HTTPS, and SIP over WebSocket: at /ws of these, and at the classic
/// ports of its own. Below /api of the web ports is what the page asks for; whoever is trusted finds the metrics at
/// /metrics.
class WebServer {
 public:
  struct Outside {
    guard::Guard& guard;
    /// `kind` is Ws or Wss; `client` is who speaks over it, if a trusted proxy stands between us.
    std::function<void(io::WebSocketConnection connection, sip::TransportKind kind,
                       const std::optional<IpAddress>& client)>
        on_websocket;
    /// What answers below /api.
    const api::Api& api;
    /// The metrics of the moment.
    std::function<std::string()> metrics;
  };

  static Result<WebServer> listen(io::Loop& loop, const config::Settings& settings, const io::TlsOptions& tls,
                                  const Outside& outside);

 private:
  explicit WebServer(std::vector<io::HttpServer> servers) : servers_(std::move(servers)) {}

  std::vector<io::HttpServer> servers_;
};

}  // namespace webcalling::server
