#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "account/account_directory.hpp"

namespace webcalling::account {

/// The accounts of one office, in memory.
class AccountsForTests final : public AccountDirectory {
 public:
  static constexpr std::string_view kRealm = "webcalling";

  void add(const std::string& extension, std::string_view password) {
    accounts_.insert_or_assign(extension,
                               Account{extension, "Phone " + extension, sip::make_ha1(extension, kRealm, password)});
  }

  [[nodiscard]] std::optional<Account> find(std::string_view extension) override {
    const auto found = accounts_.find(extension);
    if (found == accounts_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, account::Account, std::less<>> accounts_;
};

}  // namespace webcalling::account
