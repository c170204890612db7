#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/settings.hpp"

namespace webcalling::cli {

/// One line of `webcalling check`.
struct Finding {
  /// "Settings", "Account store", "SIP over UDP, port 5060", ...
  std::string subject;
  /// Nothing is wrong if empty; otherwise a sentence that says what, and how to mend it.
  std::string problem;
};

/// Tries everything that a start of the server needs, changing nothing that a start would not change.
[[nodiscard]] std::vector<Finding> check(const config::Settings& settings);

}  // namespace webcalling::cli
