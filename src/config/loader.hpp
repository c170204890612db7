#pragma once

#include <string_view>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace webcalling::config {

/// Reads the text of a webcalling.toml. Keys that are not there keep their defaults; an unknown key, a wrong type or an
/// impossible value is an error that names the line, so that no setting is ever silently without effect.
[[nodiscard]] Result<Settings> parse(std::string_view toml);

}  // namespace webcalling::config
