#include "server/session_recorder.hpp"

#include <utility>

namespace webcalling::server {
namespace {

using account::SessionStore;

SessionStore::Changes changes_of(const std::map<std::string, std::optional<account::Session>>& noted) {
  SessionStore::Changes changes;
  for (const auto& [token_hash, session] : noted) {
    if (session) {
      changes.put.push_back(*session);
    } else {
      changes.removed.push_back(token_hash);
    }
  }
  return changes;
}

}  // namespace

SessionRecorder::SessionRecorder(io::Loop& loop, const Log& log, std::unique_ptr<SessionStore> store, Settings settings)
    : changes_(
          loop, log,
          [store = std::shared_ptr(std::move(store))](const auto& noted) { return store->write(changes_of(noted)); },
          {.consequence = "a restart would sign out who has signed in since",
           .recovery = "Sessions are written down again"},
          settings) {}

}  // namespace webcalling::server
