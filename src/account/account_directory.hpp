#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "dialplan/dialplan.hpp"

namespace webcalling::account {

/// The accounts as calls need them: looked up by extension, fast, never blocking. Implemented by store/.
class AccountDirectory : public dialplan::ExtensionDirectory {
 public:
  [[nodiscard]] virtual std::optional<Account> find(std::string_view extension) = 0;
  /// All of them, in order of extension.
  [[nodiscard]] virtual std::vector<Account> list() = 0;
  [[nodiscard]] bool has_extension(std::string_view extension) override { return find(extension).has_value(); }
};

}  // namespace webcalling::account
