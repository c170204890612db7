#include "server/messages.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

#include "store/message_file.hpp"

namespace webcalling::server {

messaging::Settings messages_settings(const config::Settings& settings) {
  return {.max_size = settings.messages.max_size,
          .max_kept = settings.messages.max_kept,
          .max_kept_in_all = settings.messages.max_kept_in_all,
          .max_age = std::chrono::days(settings.messages.keep_days)};
}

Result<std::unique_ptr<MessageRecorder>> resume_messages(io::Loop& loop, const Log& log,
                                                         const config::Settings& settings,
                                                         messaging::Messenger& messenger) {
  auto file = store::MessageFile::open(std::filesystem::path(settings.server.data_directory) / "messages.db");
  if (!file) return Failure(std::move(file.error()));
  const auto left = (*file)->list();
  if (!left) return Failure(left.error());
  auto recorder = std::make_unique<MessageRecorder>(loop, log, std::move(*file), MessageRecorder::Settings{});
  const std::size_t kept = messenger.resume(*recorder, *left);
  if (kept > 0) log.info("{} messages wait for phones that are away", kept);
  return recorder;
}

}  // namespace webcalling::server
