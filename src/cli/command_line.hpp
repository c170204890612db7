#pragma once

namespace webcalling::cli {

/// The whole program as its user sees it: `webcalling serve | account ... | check`. The exit code: 0 done, 1 it could
/// not be done (the reason is on standard error), 2 the command line is wrong.
int run(int argc, char** argv);

}  // namespace webcalling::cli
