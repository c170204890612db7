#include "io/terminal.hpp"

#include <unistd.h>

namespace webcalling::io {

bool has_terminal() { return ::isatty(STDIN_FILENO) == 1 || ::isatty(STDERR_FILENO) == 1; }

}  // namespace webcalling::io
