#include "cli/account_command.hpp"

#include "server/server.hpp"
#include "store/account_store.hpp"

namespace webcalling::cli {
namespace {

/// 95 bits: nobody guesses it, and nobody has to type it more than once.
constexpr std::size_t kPasswordLength = 16;

Result<std::unique_ptr<store::AccountStore>> open_store(const config::Settings& settings) {
  if (auto made = server::make_data_directory(settings); !made) return Failure(std::move(made.error()));
  return store::AccountStore::open(server::account_file(settings), settings.sip.realm);
}

/// What to tell about a password: one that the user gave is not repeated.
std::string describe(const std::string& extension, const std::string& given, const std::string& used) {
  if (!given.empty()) return fmt::format("{}\n", extension);
  return fmt::format("{} password {}\n", extension, used);
}

}  // namespace

Result<std::string> add_account(const config::Settings& settings, Random& random, const std::string& extension,
                                const std::string& display_name, const std::string& password) {
  auto store = open_store(settings);
  if (!store) return Failure(std::move(store.error()));
  const std::string used = password.empty() ? random.token(kPasswordLength) : password;
  auto added = (*store)->add({.extension = extension,
                              .display_name = display_name,
                              .ha1 = sip::make_ha1(extension, settings.sip.realm, used)});
  if (!added) return Failure(std::move(added.error()));
  return describe(extension, password, used);
}

Result<std::string> list_accounts(const config::Settings& settings) {
  auto store = open_store(settings);
  if (!store) return Failure(std::move(store.error()));
  std::string lines;
  for (const account::Account& account : (*store)->list()) {
    lines += account.display_name.empty() ? fmt::format("{}\n", account.extension)
                                          : fmt::format("{}\t{}\n", account.extension, account.display_name);
  }
  return lines;
}

Result<std::string> remove_account(const config::Settings& settings, const std::string& extension) {
  auto store = open_store(settings);
  if (!store) return Failure(std::move(store.error()));
  if (auto removed = (*store)->remove(extension); !removed) return Failure(std::move(removed.error()));
  return fmt::format("{} removed\n", extension);
}

Result<std::string> set_password(const config::Settings& settings, Random& random, const std::string& extension,
                                 const std::string& password) {
  auto store = open_store(settings);
  if (!store) return Failure(std::move(store.error()));
  const std::string used = password.empty() ? random.token(kPasswordLength) : password;
  auto changed = (*store)->set_ha1(extension, sip::make_ha1(extension, settings.sip.realm, used));
  if (!changed) return Failure(std::move(changed.error()));
  return describe(extension, password, used);
}

}  // namespace webcalling::cli
