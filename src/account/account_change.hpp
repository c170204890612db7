#pragma once

#include <functional>
#include <string>

namespace webcalling::account {

/// What became of an account, as far as it ends what was done in its name.
enum class AccountChange { NewPassword, Removed };

using OnAccountChange = std::function<void(const std::string& extension, AccountChange change)>;

}  // namespace webcalling::account
