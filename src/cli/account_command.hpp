#pragma once

#include <string>

#include "base/random.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"

namespace webcalling::cli {

// `webcalling account ...`: each gives what is to be printed. All work while the server runs.

/// An empty password is generated, and printed this once.
[[nodiscard]] Result<std::string> add_account(const config::Settings& settings, Random& random,
                                              const std::string& extension, const std::string& display_name,
                                              const std::string& password);
/// Those of a file, all or none: a line for each as list_accounts() gives them, with a password after another tab
/// unless it is to be generated.
[[nodiscard]] Result<std::string> import_accounts(const config::Settings& settings, Random& random,
                                                  const std::string& path);
[[nodiscard]] Result<std::string> list_accounts(const config::Settings& settings);
[[nodiscard]] Result<std::string> remove_account(const config::Settings& settings, const std::string& extension);
[[nodiscard]] Result<std::string> set_password(const config::Settings& settings, Random& random,
                                               const std::string& extension, const std::string& password);

}  // namespace webcalling::cli
