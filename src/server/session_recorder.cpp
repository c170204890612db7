#include "server/session_recorder.hpp"

#include <utility>

namespace webcalling::server {
namespace {

using account::Session;
using account::SessionStore;

SessionStore::Changes changes_of(const std::map<std::string, std::optional<Session>>& pending) {
  SessionStore::Changes changes;
  for (const auto& [token_hash, session] : pending) {
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
    : loop_(loop), log_(log), store_(std::move(store)), settings_(settings), next_(loop.timers(), [this] {
        write();
      }) {}

SessionRecorder::~SessionRecorder() {
  thread_.run([&store = *store_, changes = changes_of(pending_)] {
    // Nobody is left to be told if this fails.
    (void)store.write(changes);
  });
}

void SessionRecorder::note(const std::string& token_hash, std::optional<Session> session) {
  pending_.insert_or_assign(token_hash, std::move(session));
  if (!writing_ && !next_.running()) next_.start(settings_.gathering);
}

void SessionRecorder::write() {
  writing_ = true;
  const auto batch = std::make_shared<const Pending>(std::exchange(pending_, {}));
  thread_.run(
      loop_, [&store = *store_, batch] { return store.write(changes_of(*batch)); },
      [this, alive = std::weak_ptr(alive_), batch](const Result<void>& result) {
        if (!alive.expired()) on_written(result, *batch);
      });
}

void SessionRecorder::on_written(const Result<void>& result, const Pending& written) {
  writing_ = false;
  if (!result) {
    if (!broken_) log_.error("{}; a restart would sign out who has signed in since", result.error().text);
    // What has come since is newer.
    pending_.insert(written.begin(), written.end());
  } else if (broken_) {
    log_.info("Sessions are written down again");
  }
  broken_ = !result;
  if (!pending_.empty()) next_.start(broken_ ? settings_.patience_with_a_broken_disk : settings_.gathering);
}

}  // namespace webcalling::server
