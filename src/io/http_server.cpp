#include "io/http_server.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "io/clock.hpp"
#include "io/http_session.hpp"

namespace webcalling::io {

namespace {

/// RFC 9110 section 5.6.7
std::string http_date() {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                     fmt::gmtime(std::chrono::floor<std::chrono::seconds>(wall_clock())));
}

/// Whether one of our headers can be sent: a line break in it would become headers of an attacker's choice.
bool is_sendable(const HttpHeader& header) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  return !header.name.empty() && std::none_of(header.name.begin(), header.name.end(), is_control) &&
         std::none_of(header.value.begin(), header.value.end(), is_control);
}

/// RFC 9110 sections 8.6 and 6.4.1
bool has_no_content(unsigned status) { return status < 200 || status == 204 || status == 304; }

/// RFC 9112 section 3.2.2: a server must take `GET http://host/path` as well.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!ascii::starts_with_ignoring_case(target, scheme)) continue;
    const auto path = target.find('/', scheme.size());
    return path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target;
}

/// RFC 6455 section 4.2.1 item 8; the names are case-sensitive, as a browser compares them.
bool offers(std::string_view list, std::string_view protocol) {
  while (!list.empty()) {
    if (ascii::trim(ascii::take_until(list, ',')) == protocol) return true;
  }
  return false;
}

/// RFC 6455 section 4.2.1 item 5; Beast hashes whatever there is.
bool is_websocket_key(std::string_view key) {
  const auto bytes = parse_base64(key);
  return bytes && bytes->size() == 16;
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Result<HttpServer> HttpServer::listen(Loop& loop, const Endpoint& local, HttpServerOptions options, Handlers handlers) {
  auto impl = std::make_shared<Impl>(loop, std::move(options), std::move(handlers));
  if (auto listening = impl->listen(local); !listening) return Failure(std::move(listening.error()));
  return HttpServer(std::move(impl));
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;

HttpServer& HttpServer::operator=(HttpServer&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

HttpServer::~HttpServer() {
  if (impl_) impl_->close();
}

Endpoint HttpServer::local() const { return impl_->local(); }
std::size_t HttpServer::connections() const { return impl_->connections(); }

HttpServer::Impl::Impl(Loop& loop, HttpServerOptions options, Handlers handlers)
    : loop_(loop), options_(std::move(options)), handlers_(std::move(handlers)) {}

Result<void> HttpServer::Impl::listen(const Endpoint& local) {
  auto on_accept = [weak = weak_from_this()](TcpConnection connection) {
    if (const auto self = weak.lock()) self->accept(std::move(connection));
  };
  auto listener = TcpListener::listen(loop_, local, {.tls = options_.tls}, std::move(on_accept));
  if (!listener) return Failure(std::move(listener.error()));
  listener_ = std::move(*listener);
  return {};
}

void HttpServer::Impl::close() {
  listener_.reset();
  for (const auto& [key, session] : std::exchange(sessions_, {})) session->close();
}

const HttpServerOptions::WebSocketPath* HttpServer::Impl::find_websocket(std::string_view path) const {
  for (const auto& candidate : options_.websocket_paths) {
    if (candidate.path.empty() || candidate.path == path) return &candidate;
  }
  return nullptr;
}

void HttpServer::Impl::accept(TcpConnection connection) {
  // Too many: closing at once keeps those that are open served.
  if (connections() >= options_.connections) return;
  std::shared_ptr<const void> admitted;
  if (handlers_.admit && (admitted = handlers_.admit(connection.remote())) == nullptr) return;
  // Both end with the connection.
  auto ticket = std::make_shared<const std::pair<std::shared_ptr<const int>, std::shared_ptr<const void>>>(
      ticket_, std::move(admitted));
  const auto session = std::make_shared<HttpSession>(*this, std::move(connection), std::move(ticket));
  sessions_.emplace(session.get(), session);
  session->read_header();
}

HttpSession::HttpSession(HttpServer::Impl& server, TcpConnection connection, std::shared_ptr<const void> ticket)
    : server_(server.weak_from_this()),
      loop_(server.loop()),
      stream_(loop_.impl(), std::move(connection), std::move(ticket)),
      deadline_(loop_.timers(),
                [this] {
                  if (const Server owner = server_.lock()) end(owner);
                }),
      answer_deadline_(loop_.timers(), [this] {
        respond(exchange_, HttpResponse::text(503, "The server did not find an answer in time. Try again later."));
      }) {}

HttpSession::Server HttpSession::resume() {
  return state_ == State::Closed ? nullptr : server_.lock();
}

void HttpSession::read_header() {
  const Server server = server_.lock();
  if (server == nullptr) return;
  state_ = State::Reading;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(server->options().header_bytes));
  parser_->body_limit(server->options().body_bytes);
  deadline_.start(exchange_ == 0 ? server->options().first_request_timeout : server->options().request_timeout);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const beast::error_code& error, std::size_t) {
                            if (const Server owner = self->resume()) self->header_read(owner, error);
                          });
}

void HttpSession::header_read(const Server& server, const beast::error_code& error) {
  ++exchange_;
  if (error) {
    refuse(server, error);
    return;
  }
  const Request& request = parser_->get();
  is_head_ = request.method() == http::verb::head;
  keep_alive_ = request.keep_alive();
  deadline_.start(server->options().request_timeout);
  if (websocket::is_upgrade(request)) {
    upgrade(server);
    return;
  }
  if (!beast::iequals(request[http::field::expect], "100-continue")) {
    read_body();
    return;
  }
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(stream_, asio::buffer(kContinue),
                    [self = shared_from_this()](const beast::error_code& write_error, std::size_t) {
                      const Server owner = self->resume();
                      if (owner == nullptr) return;
                      if (write_error) {
                        self->end(owner);
                      } else {
                        self->read_body();
                      }
                    });
}

void HttpSession::read_body() {
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](const beast::error_code& error, std::size_t) {
                     const Server server = self->resume();
                     if (server == nullptr) return;
                     if (error) {
                       self->refuse(server, error);
                     } else {
                       self->dispatch(server);
                     }
                   });
}

void HttpSession::dispatch(const Server& server) {
  HttpRequest request = take_request();
  if (is_refused(server, request)) return;
  if (server->find_websocket(request.path()) != nullptr) {
    HttpResponse response = HttpResponse::text(426, "This is the address of a WebSocket, not of a page.");
    response.headers.push_back({"Upgrade", "websocket"});
    write(std::move(response), keep_alive_);
    return;
  }
  state_ = State::Answering;
  deadline_.stop();
  answer_deadline_.start(server->options().request_timeout);
  server->handlers().on_request(std::move(request), make_responder());
}

bool HttpSession::is_refused(const Server& server, const HttpRequest& request) {
  const auto& refuse = server->handlers().refuse;
  auto refusal = refuse ? refuse(request) : std::nullopt;
  if (!refusal) return false;
  write(std::move(*refusal), false);
  return true;
}

HttpRequest HttpSession::take_request() {
  Request& message = parser_->get();
  HttpRequest request;
  request.method = view(message.method_string());
  request.target = origin_form(view(message.target()));
  for (const auto& field : message) {
    request.headers.push_back({std::string(view(field.name_string())), std::string(view(field.value()))});
  }
  request.body = std::move(message.body());
  request.remote = stream_.remote();
  request.local = stream_.local();
  return request;
}

HttpResponder HttpSession::make_responder() {
  return HttpResponder([weak = weak_from_this(), &loop = loop_, exchange = exchange_](HttpResponse response) {
    if (loop.impl().runs_here()) {
      if (const auto self = weak.lock()) self->respond(exchange, std::move(response));
      return;
    }
    loop.post([weak, exchange, response = std::move(response)]() mutable {
      if (const auto self = weak.lock()) self->respond(exchange, std::move(response));
    });
  });
}

void HttpSession::respond(std::uint64_t exchange, HttpResponse response) {
  if (state_ != State::Answering || exchange != exchange_) return;
  answer_deadline_.stop();
  write(std::move(response), keep_alive_);
}

void HttpSession::write(HttpResponse response, bool keep_alive) {
  const Server server = server_.lock();
  if (server == nullptr) return;
  state_ = State::Writing;
  response_ = {};
  response_.version(11);
  response_.result(response.status);
  response_.set(http::field::date, http_date());
  for (const HttpHeader& header : response.headers) {
    if (is_sendable(header)) response_.insert(header.name, header.value);
  }
  response_.keep_alive(keep_alive);
  if (!has_no_content(response.status)) {
    response_.content_length(response.body.size());
    if (!is_head_) response_.body() = std::move(response.body);
  }
  deadline_.start(server->options().request_timeout);
  http::async_write(stream_, response_, [self = shared_from_this()](const beast::error_code& error, std::size_t) {
    if (const Server owner = self->resume()) self->written(owner, error);
  });
}

void HttpSession::written(const Server& server, const beast::error_code& error) {
  const bool keep_alive = response_.keep_alive();
  response_ = {};
  if (error) {
    end(server);
  } else if (keep_alive) {
    read_header();
  } else {
    finish(server);
  }
}

/// Answers what could not be read as a request, if the client is still there to be answered.
void HttpSession::refuse(const Server& server, const beast::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    write(HttpResponse::text(
              431, fmt::format("The request's header is longer than {} bytes.", server->options().header_bytes)),
          false);
  } else if (error == http::error::body_limit) {
    write(HttpResponse::text(413,
                             fmt::format("The request's body is longer than {} bytes.", server->options().body_bytes)),
          false);
  } else if (error.category() == make_error_code(http::error::bad_method).category() &&
             error != http::error::end_of_stream && error != http::error::partial_message) {
    write(HttpResponse::text(400, fmt::format("The request is not HTTP: {}.", error.message())), false);
  } else {
    end(server);
  }
}

/// RFC 6455 section 4.2: what we ask of a handshake beyond its form, which Beast checks.
void HttpSession::upgrade(const Server& server) {
  HttpRequest request = take_request();
  if (is_refused(server, request)) return;
  const auto* websocket = server->find_websocket(request.path());
  const auto& accept_origin = server->handlers().accept_origin;
  if (websocket == nullptr) {
    write(HttpResponse::text(404, "There is no WebSocket at this address."), false);
  } else if (!is_websocket_key(request.header("Sec-WebSocket-Key"))) {
    write(HttpResponse::text(400, "Sec-WebSocket-Key has to be 16 bytes in Base64."), false);
  } else if (!offers(request.header("Sec-WebSocket-Protocol"), websocket->protocol)) {
    // Without it a browser would close the connection as soon as it opened (RFC 7118 section 4.1).
    write(HttpResponse::text(400, fmt::format("This WebSocket speaks the sub-protocol '{0}' only: offer it, e.g. "
                                              "new WebSocket(url, '{0}').",
                                              websocket->protocol)),
          false);
  } else if (accept_origin && !accept_origin(request.header("Origin"), request)) {
    write(HttpResponse::text(403, "Pages of this origin may not open a WebSocket here."), false);
  } else if (buffer_.size() > 0) {
    write(HttpResponse::text(400, "A client waits for the answer to its handshake before it sends more."), false);
  } else {
    open_websocket(server, std::move(request), websocket->protocol);
  }
}

void HttpSession::open_websocket(const Server& server, HttpRequest request, const std::string& protocol) {
  const auto& options = server->options();
  WebSocketSession::Setup setup{options.websocket, protocol, options.first_request_timeout};
  const auto session = std::make_shared<WebSocketSession>(loop_.impl(), std::move(stream_), std::move(setup));
  session->accept(parser_->get(), [weak = server_, request = std::move(request)](WebSocketConnection connection) {
    const Server owner = weak.lock();
    if (owner && owner->handlers().on_websocket) owner->handlers().on_websocket(std::move(connection), request);
  });
  state_ = State::Closed;
  deadline_.stop();
  server->remove(*this);
}

/// Everything is said.
void HttpSession::finish(const Server& server) {
  stream_.close_when_sent();
  end(server);
}

void HttpSession::close() {
  state_ = State::Closed;
  deadline_.stop();
  answer_deadline_.stop();
  stream_.close();
}

void HttpSession::end(const Server& server) {
  close();
  server->remove(*this);
}

}  // namespace webcalling::io
