#include "server/web_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json.hpp"
#include "base/ascii.hpp"
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
  /// Whether it serves what is below /api.
  bool has_api = false;
  Duration request_timeout;
};

/// All of them, oldest first; some proxies add a header of their own in place of a word in the one that is there.
std::string forwarded_for(const io::HttpRequest& request) {
  std::string all;
  for (const io::HttpHeader& header : request.headers) {
    if (!ascii::equals_ignoring_case(header.name, "X-Forwarded-For")) continue;
    all += (all.empty() ? "" : ",") + header.value;
  }
  return all;
}

IpAddress client_of(const guard::Guard& guard, const io::HttpRequest& request) {
  return guard.client_of(request.remote.address, forwarded_for(request));
}

io::HttpResponse in_http(api::Response response) {
  io::HttpResponse out{response.status, {}, std::move(response.body)};
  for (auto& [name, value] : response.headers) out.headers.push_back({std::move(name), std::move(value)});
  return out;
}

/// A page gets JSON for people.
io::HttpResponse refusal(const io::HttpRequest& request, unsigned status, const std::string& sentence) {
  return api::Api::serves(request.path()) ? in_http(api::refusal(status, sentence))
                                          : io::HttpResponse::text(status, sentence);
}

/// What the page asks for; a proxy that we trust may do the encryption.
void answer_page(const api::Api& api, const guard::Guard& guard, const io::HttpRequest& request, bool is_encrypted,
                 const io::HttpResponder& responder) {
  const IpAddress client = client_of(guard, request);
  const bool is_brought = client != request.remote.address;
  const bool is_secure =
      is_encrypted || (is_brought && ascii::equals_ignoring_case(request.header("X-Forwarded-Proto"), "https"));
  // A proxy may know the page by another name than we do.
  const std::string_view named = is_brought ? request.header("X-Forwarded-Host") : std::string_view();
  api.handle({.method = request.method,
              .target = request.target,
              .host = named.empty() ? request.header("Host") : named,
              .origin = request.header("Origin"),
              .content_type = request.header("Content-Type"),
              .cookie = request.header("Cookie"),
              .body = request.body,
              .client = client,
              .is_secure = is_secure},
             [responder](api::Response response) { responder.respond(in_http(std::move(response))); });
}

/// Says no to those who are banned, and to those who ask too often.
std::optional<io::HttpResponse> refuse(guard::Guard& guard, const io::HttpRequest& request) {
  using Verdict = guard::Guard::Verdict;
  switch (guard.admit(client_of(guard, request))) {
    case Verdict::Pass: return std::nullopt;
    case Verdict::Banned: return refusal(request, 403, "Your address is banned for a while.");
    case Verdict::Refuse:
    case Verdict::Drop: break;
  }
  auto response = refusal(request, 429, "Too many requests from your address. Try again in a few seconds.");
  response.headers.push_back({"Retry-After", "5"});
  return response;
}

/// Not for somebody whom an unknown proxy brings: its own address says nothing about him.
bool may_see_metrics(const guard::Guard& guard, const io::HttpRequest& request) {
  const bool is_brought = !forwarded_for(request).empty() || !request.header("Forwarded").empty();
  const IpAddress client = client_of(guard, request);
  return guard.is_trusted(client) && (!is_brought || client != request.remote.address);
}

/// With a context in `tls` the port is encrypted.
Result<io::HttpServer> listen_at(io::Loop& loop, const Port& port, const io::TlsOptions& tls, std::size_t message_bytes,
                                 const WebServer::Outside& outside) {
  io::HttpServerOptions options;
  options.websocket.message_bytes = message_bytes;
  for (const std::string& path : port.websocket_paths) options.websocket_paths.push_back({.path = path});
  options.request_timeout = port.request_timeout;
  options.first_request_timeout = std::min(options.first_request_timeout, port.request_timeout);
  options.tls = tls;
  options.tls.application = tls::Application::Http;
  options.tls.plain_answer = kPlainAnswer;
  const auto kind = tls.context ? sip::TransportKind::Wss : sip::TransportKind::Ws;
  guard::Guard& guard = outside.guard;
  return io::HttpServer::listen(
      loop, port.local, std::move(options),
      {.admit = [&guard](const Endpoint& remote) { return guard.admit_connection(remote.address); },
       .refuse = [&guard](const io::HttpRequest& request) { return refuse(guard, request); },
       .on_request =
           [port, &guard, &api = outside.api, is_encrypted = kind == sip::TransportKind::Wss](
               const io::HttpRequest& request, const io::HttpResponder& responder) {
             if (!port.has_api || !api::Api::serves(request.path())) return responder.respond(port.pages(request));
             answer_page(api, guard, request, is_encrypted, responder);
           },
       .on_websocket =
           [&guard, on_websocket = outside.on_websocket, kind](io::WebSocketConnection connection,
                                                               const io::HttpRequest& request) {
             const IpAddress client = client_of(guard, request);
             const bool is_brought = client != request.remote.address;
             on_websocket(std::move(connection), kind, is_brought ? std::optional(client) : std::nullopt);
           },
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
                                    const Outside& outside) {
  auto files = io::StaticFiles::open(settings.web.root, page_headers());
  if (!files) return in_context("The web phone: web.root", files.error());
  const auto phone = [files = std::make_shared<const io::StaticFiles>(std::move(*files)),
                      description = describe(settings), metrics = outside.metrics,
                      &guard = outside.guard](const io::HttpRequest& request) {
    if (request.path() == "/metrics") {
      if (!may_see_metrics(guard, request)) return io::HttpResponse::text(404, "There is no page at this address.");
      return io::HttpResponse{200, {{"Content-Type", "text/plain; version=0.0.4"}}, metrics()};
    }
    return request.path() == "/server.json" ? description : files->respond(request);
  };
  const auto nothing = [](const io::HttpRequest&) {
    return io::HttpResponse::text(426, "This port speaks SIP over WebSocket only (RFC 7118).");
  };
  const auto patience = std::chrono::seconds(settings.web.request_timeout);
  const auto web = [&](std::uint16_t port) {
    return Port{{settings.web.listen_address, port}, {"/ws"}, phone, true, patience};
  };
  const auto sip = [&](std::uint16_t port) {
    return Port{{settings.sip.listen_address, port}, {"/", "/ws"}, nothing, false, patience};
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
    auto server = listen_at(loop, port, encrypted ? tls : io::TlsOptions{}, settings.limits.message_bytes, outside);
    if (!server) return in_context(what, server.error());
    servers.push_back(std::move(*server));
  }
  return WebServer(std::move(servers));
}

}  // namespace webcalling::server
