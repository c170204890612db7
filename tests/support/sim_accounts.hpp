#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "account/account_directory.hpp"

namespace webcalling::sim {

/// The accounts of one office, in memory.
class SimAccounts final : public account::AccountDirectory {
 public:
  static constexpr std::string_view kRealm = "webcalling";

  void add(const std::string& extension, std::string_view password) {
    accounts_.insert_or_assign(
        extension, account::Account{extension, "Phone " + extension, sip::make_ha1(extension, kRealm, password)});
  }

  [[nodiscard]] std::optional<account::Account> find(std::string_view extension) override {
    const auto found = accounts_.find(extension);
    if (found == accounts_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::map<std::string, account::Account, std::less<>> accounts_;
};

}  // namespace webcalling::sim
