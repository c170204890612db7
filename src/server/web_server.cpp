#include "server/web_server.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

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

Result<io::HttpServer> listen_for_page(io::Loop& loop, const config::Settings& settings,
                                       const WebServer::OnWebSocket& on_websocket) {
  auto files = io::StaticFiles::open(settings.web.root, page_headers());
  if (!files) return in_context("web.root", files.error());
  const auto shared = std::make_shared<const io::StaticFiles>(std::move(*files));
  io::HttpServerOptions options;
  options.websocket_paths = {{.path = "/ws"}};
  return io::HttpServer::listen(
      loop, {settings.web.listen_address, settings.web.port}, options,
      {.on_request = [shared](const io::HttpRequest& request,
                              const io::HttpResponder& responder) { responder.respond(shared->respond(request)); },
       .on_websocket = [on_websocket](io::WebSocketConnection connection,
                                      const io::HttpRequest&) { on_websocket(std::move(connection)); }});
}

Result<io::HttpServer> listen_for_websockets(io::Loop& loop, const config::Settings& settings,
                                             const WebServer::OnWebSocket& on_websocket) {
  io::HttpServerOptions options;
  options.websocket_paths = {{.path = "/"}, {.path = "/ws"}};
  return io::HttpServer::listen(
      loop, {settings.sip.listen_address, settings.sip.ws_port}, options,
      {.on_request =
           [](const io::HttpRequest&, const io::HttpResponder& responder) {
             responder.respond(io::HttpResponse::text(426, "This port speaks SIP over WebSocket only (RFC 7118)."));
           },
       .on_websocket = [on_websocket](io::WebSocketConnection connection,
                                      const io::HttpRequest&) { on_websocket(std::move(connection)); }});
}

}  // namespace

Result<WebServer> WebServer::listen(io::Loop& loop, const config::Settings& settings, const OnWebSocket& on_websocket) {
  auto web = listen_for_page(loop, settings, on_websocket);
  if (!web) return in_context("The web phone", web.error());
  auto websocket = listen_for_websockets(loop, settings, on_websocket);
  if (!websocket) return in_context("SIP over WebSocket", websocket.error());
  return WebServer(std::move(*web), std::move(*websocket));
}

}  // namespace webcalling::server
