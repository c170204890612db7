#pragma once

#include <string>

namespace webcalling::io {

/// What this machine calls itself, e.g. "pbx"; empty if it has no name. Nobody is asked whether others know it.
[[nodiscard]] std::string host_name();

}  // namespace webcalling::io
