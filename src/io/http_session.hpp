#pragma once

// Private to http_server.cpp, the one file that pays for compiling Beast.

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <optional>
#include <unordered_map>

#include "base/timer_queue.hpp"
#include "io/http_server.hpp"
#include "io/tcp_listener.hpp"
#include "io/websocket_session.hpp"

namespace webcalling::io {

class HttpSession;

class HttpServer::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Loop& loop, HttpServerOptions options, Handlers handlers);

  Result<void> listen(const Endpoint& local);
  /// No callback comes afterwards.
  void close();
  void remove(HttpSession& session) { sessions_.erase(&session); }

  [[nodiscard]] Loop& loop() const { return loop_; }
  [[nodiscard]] const HttpServerOptions& options() const { return options_; }
  [[nodiscard]] const Handlers& handlers() const { return handlers_; }
  [[nodiscard]] Endpoint local() const { return listener_->local(); }
  /// All connections, WebSockets too.
  [[nodiscard]] std::size_t connections() const { return static_cast<std::size_t>(ticket_.use_count() - 1); }
  /// The WebSocket that is opened at `path`; null if none is.
  [[nodiscard]] const HttpServerOptions::WebSocketPath* find_websocket(std::string_view path) const;

 private:
  void accept(TcpConnection connection);

  Loop& loop_;
  HttpServerOptions options_;
  Handlers handlers_;
  std::optional<TcpListener> listener_;
  std::unordered_map<HttpSession*, std::shared_ptr<HttpSession>> sessions_;
  std::shared_ptr<const int> ticket_ = std::make_shared<const int>(0);
};

/// One HTTP connection: requests one after the other, until it becomes a WebSocket or ends. Owned by the server.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(HttpServer::Impl& server, TcpConnection connection, std::shared_ptr<const void> ticket);

  void read_header();
  void close();

 private:
  using Server = std::shared_ptr<HttpServer::Impl>;
  using Request = http::request<http::string_body>;
  enum class State {
    Reading,
    Answering,  ///< waiting for the owner's response
    Writing,
    Closed,  ///< or become a WebSocket
  };

  /// What every completion handler asks first: the server, if it and this session still exist.
  [[nodiscard]] Server resume();
  void header_read(const Server& server, const beast::error_code& error);
  void read_body();
  void dispatch(const Server& server);
  void respond(std::uint64_t exchange, HttpResponse response);
  void write(HttpResponse response, bool keep_alive);
  void written(const Server& server, const beast::error_code& error);
  void refuse(const Server& server, const beast::error_code& error);
  void finish(const Server& server);
  void upgrade(const Server& server);
  /// True if the owner does not want it: it has been answered then.
  bool is_refused(const Server& server, const HttpRequest& request);
  void open_websocket(const Server& server, HttpRequest request, const std::string& protocol);
  void end(const Server& server);
  [[nodiscard]] HttpResponder make_responder();
  [[nodiscard]] HttpRequest take_request();

  std::weak_ptr<HttpServer::Impl> server_;
  Loop& loop_;
  WebStream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  /// Tells the answer that is being waited for from one that comes too late.
  std::uint64_t exchange_ = 0;
  /// Of what the client has to do.
  Timer deadline_;
  /// Of what the owner has to do.
  Timer answer_deadline_;
  bool is_head_ = false;
  bool keep_alive_ = false;
  State state_ = State::Reading;
};

}  // namespace webcalling::io
