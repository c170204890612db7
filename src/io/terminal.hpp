#pragma once

namespace webcalling::io {

/// Whether we were started from a terminal that has not been closed since.
[[nodiscard]] bool has_terminal();

}  // namespace webcalling::io
