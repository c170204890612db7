#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "config/settings.hpp"

namespace webcalling::cli {

// `webcalling bans ...`: each gives what is to be printed. All work while the server runs, which takes a change over
// within about a second.

/// Those that hold at `now`, one a line.
[[nodiscard]] Result<std::string> list_bans(const config::Settings& settings, WallTime now);
/// `time` is a number with s, m, h or d, such as "12h".
[[nodiscard]] Result<std::string> add_ban(const config::Settings& settings, WallTime now, const std::string& address,
                                          const std::string& time);
/// Also forgets how often it has been banned.
[[nodiscard]] Result<std::string> remove_ban(const config::Settings& settings, const std::string& address);

}  // namespace webcalling::cli
