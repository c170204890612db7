#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/account_directory.hpp"

namespace webcalling::account {

/// The accounts of one office, in memory.
class AccountsForTests final : public AccountDirectory {
 public:
  static constexpr std::string_view kRealm = "webcalling";

  void add(const std::string& extension, std::string_view password) { add(extension, password, "Phone " + extension); }
  void add(const std::string& extension, std::string_view password, const std::string& display_name) {
    accounts_.insert_or_assign(extension, Account{extension, display_name, sip::make_ha1(extension, kRealm, password)});
  }

  void remove(const std::string& extension) { accounts_.erase(extension); }

  [[nodiscard]] std::optional<Account> find(std::string_view extension) override {
    const auto found = accounts_.find(extension);
    if (found == accounts_.end()) return std::nullopt;
    return found->second;
  }

  [[nodiscard]] std::vector<Account> list() override {
    std::vector<Account> all;
    for (const auto& [extension, account] : accounts_) all.push_back(account);
    return all;
  }

 private:
  std::map<std::string, account::Account, std::less<>> accounts_;
};

}  // namespace webcalling::account
