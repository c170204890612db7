#pragma once

#include <cstdint>
#include <string>

#include "account/account_directory.hpp"
#include "account/session_table.hpp"
#include "api/history_routes.hpp"
#include "api/message.hpp"
#include "api/router.hpp"
#include "api/session_routes.hpp"
#include "api/story_routes.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "guard/guard.hpp"
#include "history/history_store.hpp"

namespace webcalling::api {

/// What the server tells the web phone, and takes from it, beside SIP: everything below /api (docs/api.md). Knows
/// neither sockets nor files: requests come in as values, answers go out as values.
class Api {
 public:
  /// What it borrows; all of it outlives the Api.
  struct Outside {
    account::AccountDirectory& accounts;
    account::SessionTable& sessions;
    history::HistoryKeeper& history;
    guard::Guard& guard;
    const Log& log;
    Random& random;
    /// Null: the messages of calls are not kept.
    story::CallStories* stories = nullptr;
  };
  struct Settings {
    std::string product = "WebCalling";
    std::string version;
    /// Where a page finds a secure context, without which browsers give it no microphone.
    std::uint16_t https_port = 0;
  };

  Api(Outside outside, Settings settings);

  /// Whether a path belongs here.
  [[nodiscard]] static bool serves(std::string_view path);
  /// `respond` is called once, at once or later.
  void handle(const Request& request, const Respond& respond) const { router_.handle(request, respond); }

 private:
  void add_config();
  void add_directory();

  Outside outside_;
  Settings settings_;
  Router router_;
  SessionRoutes session_;
  HistoryRoutes history_;
  StoryRoutes stories_;
};

}  // namespace webcalling::api
