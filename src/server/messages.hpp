#pragma once

#include <memory>

#include "base/log.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "io/loop.hpp"
#include "messaging/messenger.hpp"
#include "server/message_recorder.hpp"

namespace webcalling::server {

[[nodiscard]] messaging::Settings messages_settings(const config::Settings& settings);

/// Gives the messenger what the last run has kept, and a place to keep more, as long as the recorder lives. Messages to
/// accounts that are gone are thrown away.
[[nodiscard]] Result<std::unique_ptr<MessageRecorder>> resume_messages(io::Loop& loop, const Log& log,
                                                                       const config::Settings& settings,
                                                                       messaging::Messenger& messenger);

}  // namespace webcalling::server
