#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "account/account_directory.hpp"
#include "account/session_table.hpp"
#include "api/message.hpp"
#include "api/target.hpp"

namespace webcalling::api {

/// What a route knows about the request that it answers. Good for as long as the handler runs.
struct Context {
  const Request& request;
  const Target& target;
  /// The segments of the path that the route leaves open, in order.
  std::vector<std::string> open_segments;
  /// Of the session; empty on a route that needs none.
  std::string_view token;
  /// Who is signed in.
  std::string extension;
};

/// One address and method, and what answers there.
struct Route {
  enum class Access { Everybody, SignedIn };

  std::string_view method;
  /// "*" stands for any one segment.
  std::vector<std::string_view> path;
  Access access = Access::SignedIn;
  std::function<void(const Context& context, const Respond& respond)> handle;
};

/// Finds the route of a request, and turns away what must not reach any: pages of others, changes that a form could
/// have sent, bodies that are too large, and who is not signed in.
class Router {
 public:
  Router(account::SessionTable& sessions, account::AccountDirectory& accounts)
      : sessions_(sessions), accounts_(accounts) {}

  void add(Route route) { routes_.push_back(std::move(route)); }
  void handle(const Request& request, const Respond& respond) const;

 private:
  void enter(const Route& route, const Request& request, const Target& target, const Respond& respond) const;
  /// The extension whose session the request shows; empty if it shows none that is good.
  [[nodiscard]] std::string signed_in(std::string_view token) const;

  account::SessionTable& sessions_;
  account::AccountDirectory& accounts_;
  std::vector<Route> routes_;
};

}  // namespace webcalling::api
