#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"

namespace webcalling::cli {

/// Runs the server until SIGINT or SIGTERM; then ends all calls properly. Says on standard output when it is ready.
[[nodiscard]] Result<void> serve(const config::Settings& settings);

}  // namespace webcalling::cli
