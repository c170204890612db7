#pragma once

#include <string>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace webcalling::cli {

/// Reads the settings of `path`; without a path, webcalling.toml of the current folder if it is there, otherwise the
/// defaults. Paths in it are made absolute: they are relative to the file.
[[nodiscard]] Result<config::Settings> load_settings(const std::string& path);

}  // namespace webcalling::cli
