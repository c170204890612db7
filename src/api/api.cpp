#include "api/api.hpp"

#include <utility>

#include "api/json.hpp"

namespace webcalling::api {

Api::Api(Outside outside, Settings settings)
    : outside_(outside),
      settings_(std::move(settings)),
      router_(outside.sessions, outside.accounts),
      session_(outside.sessions, outside.accounts, outside.guard, outside.log, outside.random),
      history_(outside.history, outside.log),
      stories_(outside.stories) {
  add_config();
  session_.add_to(router_);
  add_directory();
  history_.add_to(router_);
  stories_.add_to(router_);
}

bool Api::serves(std::string_view path) { return path == "/api" || path.starts_with("/api/"); }

void Api::add_config() {
  json::array features{"session", "directory", "history", "audio-check"};
  if (outside_.stories != nullptr) features.push_back("story");
  const Response answer = respond_with(json::object{{"product", text(settings_.product)},
                                                    {"version", text(settings_.version)},
                                                    {"features", std::move(features)},
                                                    {"httpsPort", settings_.https_port}});
  router_.add({"GET", {"api", "config"}, Route::Access::Everybody, [answer](const Context&, const Respond& respond) {
                 respond(answer);
               }});
}

void Api::add_directory() {
  router_.add({"GET",
               {"api", "directory"},
               Route::Access::SignedIn,
               [&accounts = outside_.accounts](const Context&, const Respond& respond) {
                 json::array extensions;
                 for (const account::Account& account : accounts.list()) {
                   extensions.push_back(
                       json::object{{"extension", text(account.extension)}, {"name", text(account.display_name)}});
                 }
                 respond(respond_with(json::object{{"extensions", std::move(extensions)}}));
               }});
}

}  // namespace webcalling::api
