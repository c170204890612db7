#pragma once

#include <memory>

#include "account/account_directory.hpp"
#include "account/session_table.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "io/loop.hpp"
#include "server/session_recorder.hpp"

namespace webcalling::server {

[[nodiscard]] account::SessionTable::Settings session_settings(const config::Settings& settings);

/// Gives the table the sessions of the last run, and a place where they are written down as long as the recorder lives.
/// Those whose account is gone or has another password end.
[[nodiscard]] Result<std::unique_ptr<SessionRecorder>> resume_sessions(io::Loop& loop, const Log& log,
                                                                       const config::Settings& settings,
                                                                       account::AccountDirectory& accounts,
                                                                       account::SessionTable& sessions);

}  // namespace webcalling::server
