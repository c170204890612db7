#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "io/http_message.hpp"
#include "io/loop.hpp"
#include "io/tcp_connection.hpp"
#include "io/websocket_connection.hpp"

namespace webcalling::io {

/// The right to answer one request, now or later. A copy is the same right; the first respond() counts. If the last
/// copy goes unused, the client gets 500. May be used and destroyed on any thread while the loop exists.
class HttpResponder {
 public:
  explicit HttpResponder(std::function<void(HttpResponse)> deliver);
  void respond(HttpResponse response) const;

 private:
  struct Answer;
  std::shared_ptr<Answer> answer_;
};

struct HttpServerOptions {
  /// Where WebSockets are opened (empty: at every path), and the sub-protocol that a client must offer there (RFC 6455
  /// section 1.9).
  struct WebSocketPath {
    std::string path;
    std::string protocol = "sip";
  };
  std::vector<WebSocketPath> websocket_paths;
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes = 1024 * 1024;
  /// More than this many at once, WebSockets included, are closed as they come.
  std::size_t connections = 4096;
  /// For reading a request, for making the answer, for writing it, and between two requests.
  Duration request_timeout = 30s;
  /// From accepting a connection to its first complete request header.
  Duration first_request_timeout = 10s;
  WebSocketOptions websocket;
  /// HTTPS, if it has a context.
  TlsOptions tls{.application = tls::Application::Http};
};

/// HTTP/1.1 on one endpoint, with WebSockets on chosen paths. Knows no routes: every other request goes to one handler.
/// Malformed, oversized and slow requests are answered or dropped here. Open WebSockets live on when the server ends.
class HttpServer {
 public:
  struct Handlers {
    /// May this peer have a connection? What it gives is kept until the connection is closed, null refuses. Absent:
    /// yes.
    std::function<std::shared_ptr<const void>(const Endpoint& remote)> admit;
    /// Asked before every request and WebSocket: a response refuses it and ends the connection. Absent: none does.
    std::function<std::optional<HttpResponse>(const HttpRequest& request)> refuse;
    std::function<void(HttpRequest request, HttpResponder responder)> on_request;
    /// The owner keeps the connection and calls start() on it. `request` is the one that asked for the WebSocket.
    std::function<void(WebSocketConnection connection, const HttpRequest& request)> on_websocket;
    /// May a page from `origin` (empty: no browser) open a WebSocket? Absent: yes.
    std::function<bool(std::string_view origin, const HttpRequest& request)> accept_origin;
  };

  static Result<HttpServer> listen(Loop& loop, const Endpoint& local, HttpServerOptions options, Handlers handlers);

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  ~HttpServer();

  [[nodiscard]] Endpoint local() const;
  /// Open connections, those that became WebSockets too.
  [[nodiscard]] std::size_t connections() const;

  /// For this room's own files.
  class Impl;

 private:
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace webcalling::io
