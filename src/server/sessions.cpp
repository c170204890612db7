#include "server/sessions.hpp"

#include <filesystem>
#include <utility>

#include "store/session_file.hpp"

namespace webcalling::server {

account::SessionTable::Settings session_settings(const config::Settings& settings) {
  return {.realm = settings.sip.realm,
          .lifetime = std::chrono::days(settings.api.session_days),
          .credential_lifetime = std::chrono::hours(settings.api.credential_hours),
          .max_per_extension = settings.api.max_sessions,
          .max_in_all = settings.api.max_sessions_in_all};
}

Result<std::unique_ptr<SessionRecorder>> resume_sessions(io::Loop& loop, const Log& log,
                                                         const config::Settings& settings,
                                                         account::AccountDirectory& accounts,
                                                         account::SessionTable& sessions) {
  auto file = store::SessionFile::open(std::filesystem::path(settings.server.data_directory) / "sessions.db");
  if (!file) return Failure(std::move(file.error()));
  auto stored = (*file)->read();
  if (!stored) return Failure(std::move(stored.error()));
  const auto of_no_use = sessions.restore(std::move(*stored), accounts);
  if (sessions.size() > 0) log.info("{} pages are still signed in", sessions.size());
  auto recorder = std::make_unique<SessionRecorder>(loop, log, std::move(*file), SessionRecorder::Settings{});
  for (const account::Session& session : of_no_use) recorder->remove(session.token_hash);
  sessions.set_journal(*recorder);
  return recorder;
}

}  // namespace webcalling::server
