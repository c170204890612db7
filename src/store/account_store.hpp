#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/account_change.hpp"
#include "account/account_directory.hpp"
#include "base/result.hpp"

namespace webcalling::store {

/// The accounts in an SQLite file. Other processes (the command line beside a running server) may change it at any
/// time: a lookup sees that within two milliseconds. All accounts are in memory, so that a lookup takes the same time
/// whether the extension exists or not (ATTACKS S33). Not thread-safe.
class AccountStore final : public account::AccountDirectory {
 public:
  /// Opens or makes the file and brings its tables up to date; writes once, so that a full or read-only disk shows now
  /// and not at the first call. Refused if the passwords in it were made for another realm.
  static Result<std::unique_ptr<AccountStore>> open(const std::string& path, std::string_view realm);
  ~AccountStore() override;

  /// Told of every change once it is seen here, by whomever it was made, from inside the call that sees it: that may be
  /// a lookup.
  void set_on_change(account::OnAccountChange on_change) { on_change_ = std::move(on_change); }
  /// Takes over what other processes have changed, as lookups do. A disk that fails while calls go on leaves
  /// what was known.
  void refresh();

  /// Refused if the extension exists.
  Result<void> add(const account::Account& account);
  /// All of them, or none if one is refused.
  Result<void> add_all(const std::vector<account::Account>& accounts);
  /// Missing if it does not exist.
  Result<void> remove(std::string_view extension);
  Result<void> set_ha1(std::string_view extension, const sip::Ha1& ha1);
  [[nodiscard]] std::optional<account::Account> find(std::string_view extension) override;
  [[nodiscard]] bool has_extension(std::string_view extension) override;
  [[nodiscard]] std::vector<account::Account> list() override;

 private:
  class Database;
  explicit AccountStore(std::unique_ptr<Database> database);

  /// Changes rows and takes the change over; gives their number.
  [[nodiscard]] Result<int> change(std::string_view doing, const char* sql, const std::vector<std::string>& values);
  using Accounts = std::map<std::string, account::Account, std::less<>>;
  void refresh_now_and_then();
  void take_over(Accounts accounts);

  std::unique_ptr<Database> database_;
  /// When it was looked for changes of others last.
  std::chrono::steady_clock::time_point looked_at_{};
  Accounts accounts_;
  account::OnAccountChange on_change_ = [](const std::string&, account::AccountChange) {};
};

/// What an extension may look like: 1 to 32 letters, digits, '.', '-', '_' or '*', '#'.
[[nodiscard]] Result<void> check_extension(std::string_view extension);

}  // namespace webcalling::store
