#pragma once

#include <functional>
#include <optional>

#include "base/result.hpp"
#include "config/settings.hpp"
#include "io/http_server.hpp"
#include "io/loop.hpp"
#include "io/static_files.hpp"

namespace webcalling::server {

/// The web phone's files at the web port, and SIP over WebSocket: at /ws of the web port, and at the classic port of
/// its own.
class WebServer {
 public:
  using OnWebSocket = std::function<void(io::WebSocketConnection connection)>;

  static Result<WebServer> listen(io::Loop& loop, const config::Settings& settings, const OnWebSocket& on_websocket);

 private:
  WebServer(io::HttpServer web, io::HttpServer websocket) : web_(std::move(web)), websocket_(std::move(websocket)) {}

  io::HttpServer web_;
  io::HttpServer websocket_;
};

}  // namespace webcalling::server
