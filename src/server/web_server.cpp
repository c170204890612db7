#include "server/web_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/static_files.hpp"

namespace webcalling::server {
namespace {

/// The page loads nothing from elsewhere and nobody may frame it; it talks to any SIP server its user names.
std::vector<io::HttpHeader> page_headers() {
  return {
      {"Content-Security-Policy",
       "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
       "media-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action "
       "'self'"},
      {"Referrer-Policy", "no-referrer"},
      {"Permissions-Policy", "microphone=(self), camera=()"},
  };
}

constexpr std::string_view kPlainAnswer =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    "<!doctype html>This port speaks HTTPS: write https:// in front of the address."
    "<script>location.protocol = 'https:'</script>\n";

/// One port: where it is, what its WebSockets are, what its pages are.
struct Port {
  Endpoint local;
  std::vector<std::string> websocket_paths;
  std::function<io::HttpResponse(const io::HttpRequest&)> pages;
  Duration request_timeout;
};

/// With a context in `tls` the port is encrypted.
Result<io::HttpServer> listen_at(io::Loop& loop, const Port& port, const io::TlsOptions& tls,
                                 const WebServer::OnWebSocket& on_websocket) {
  io::HttpServerOptions options;
  for (const std::string& path : port.websocket_paths) options.websocket_paths.push_back({.path = path});
  options.request_timeout = port.request_timeout;
  options.first_request_timeout = std::min(options.first_request_timeout, port.request_timeout);
  options.tls = tls;
  options.tls.application = tls::Application::Http;
  options.tls.plain_answer = kPlainAnswer;
  const auto kind = tls.context ? sip::TransportKind::Wss : sip::TransportKind::Ws;
  return io::HttpServer::listen(
      loop, port.local, std::move(options),
      {.on_request = [pages = port.pages](const io::HttpRequest& request,
                                          const io::HttpResponder& responder) { responder.respond(pages(request)); },
       .on_websocket = [on_websocket, kind](io::WebSocketConnection connection,
                                            const io::HttpRequest&) { on_websocket(std::move(connection), kind); },
       .accept_origin = {}});
}

/// What the page cannot know by itself: at which port it finds a secure context, without which browsers give it no
/// microphone.
io::HttpResponse describe(const config::Settings& settings) {
  return {200,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          fmt::format("{{\"httpsPort\":{}}}\n", settings.web.https_port)};
}

}  // namespace

Result<WebServer> WebServer::listen(io::Loop& loop, const config::Settings& settings, const io::TlsOptions& tls,
                                    const OnWebSocket& on_websocket) {
  auto files = io::StaticFiles::open(settings.web.root, page_headers());
  if (!files) return in_context("The web phone: web.root", files.error());
  const auto phone = [files = std::make_shared<const io::StaticFiles>(std::move(*files)),
                      description = describe(settings)](const io::HttpRequest& request) {
    return request.path() == "/server.json" ? description : files->respond(request);
  };
  const auto nothing = [](const io::HttpRequest&) {
    return io::HttpResponse::text(426, "This port speaks SIP over WebSocket only (RFC 7118).");
  };
  const auto patience = std::chrono::seconds(settings.web.request_timeout);
  const auto web = [&](std::uint16_t port) {
    return Port{{settings.web.listen_address, port}, {"/ws"}, phone, patience};
  };
  const auto sip = [&](std::uint16_t port) {
    return Port{{settings.sip.listen_address, port}, {"/", "/ws"}, nothing, patience};
  };
  struct Wanted {
    std::string_view what;
    Port port;
    bool encrypted;
  };
  std::vector<io::HttpServer> servers;
  for (const auto& [what, port, encrypted] : {Wanted{"The web phone", web(settings.web.port), false},
                                              Wanted{"The web phone by HTTPS", web(settings.web.https_port), true},
                                              Wanted{"SIP over WebSocket", sip(settings.sip.ws_port), false},
                                              Wanted{"SIP over secure WebSocket", sip(settings.sip.wss_port), true}}) {
    auto server = listen_at(loop, port, encrypted ? tls : io::TlsOptions{}, on_websocket);
    if (!server) return in_context(what, server.error());
    servers.push_back(std::move(*server));
  }
  return WebServer(std::move(servers));
}

}  // namespace webcalling::server
