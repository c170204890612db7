#include "api/router.hpp"

#include <fmt/format.h>

#include "api/cookie.hpp"
#include "api/json.hpp"
#include "api/origin.hpp"
#include "base/ascii.hpp"

namespace webcalling::api {
namespace {

bool matches(const Route& route, const Target& target) {
  if (route.path.size() != target.path.size()) return false;
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    if (route.path[i] != "*" && route.path[i] != target.path[i]) return false;
  }
  return true;
}

std::vector<std::string> open_segments(const Route& route, const Target& target) {
  std::vector<std::string> segments;
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    if (route.path[i] == "*") segments.push_back(target.path[i]);
  }
  return segments;
}

/// Forms and other requests that a foreign page can make without asking first cannot have it.
bool is_json(std::string_view content_type) {
  return ascii::equals_ignoring_case(ascii::trim(ascii::take_until(content_type, ';')), "application/json");
}

Response method_refusal(std::string_view allowed) {
  auto response = refusal(405, "This address does not know the method.");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

/// It may also be the own page behind a proxy: then this says what to look for.
Response foreign_page_refusal(const Request& request) {
  return refusal(403, fmt::format("A page of {} is not answered by {}; a reverse proxy must pass Host on.",
                                  request.origin, request.host));
}

}  // namespace

void Router::handle(const Request& request, const Respond& respond) const {
  const auto target = Target::parse(request.target);
  if (!target) return respond(refusal(400, target.error().text));
  // The server leaves the body away.
  const std::string_view method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const Route& route : routes_) {
    if (!matches(route, *target)) continue;
    if (route.method == method) return enter(route, request, *target, respond);
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  respond(allowed.empty() ? refusal(404, "There is nothing at this address.") : method_refusal(allowed));
}

void Router::enter(const Route& route, const Request& request, const Target& target, const Respond& respond) const {
  if (!is_of_own_page(request)) return respond(foreign_page_refusal(request));
  if (route.method != "GET" && !is_json(request.content_type)) {
    return respond(refusal(403, "What changes something must have the Content-Type application/json."));
  }
  if (request.body.size() > kMaxBody) return respond(refusal(413, "The body is too large."));
  const std::string_view token = find_session_cookie(request.cookie, request.is_secure);
  Context context{.request = request,
                  .target = target,
                  .open_segments = open_segments(route, target),
                  .token = token,
                  .extension = route.access == Route::Access::SignedIn ? signed_in(token) : std::string()};
  if (route.access == Route::Access::SignedIn && context.extension.empty()) {
    return respond(refusal(401, "Please sign in first."));
  }
  route.handle(context, respond);
}

std::string Router::signed_in(std::string_view token) const {
  const auto extension = sessions_.find(token);
  // The look at the accounts may find that this one is gone, or has a new password: then the session has just ended.
  if (!extension || !accounts_.find(*extension)) return {};
  return sessions_.find(token).value_or(std::string());
}

}  // namespace webcalling::api
