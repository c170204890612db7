#include "cli/account_command.hpp"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "io/files.hpp"
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

/// Somebody to add, as the user wrote it.
struct Wish {
  std::string extension;
  std::string display_name;
  /// Empty: one is generated.
  std::string password;
};

Result<std::vector<Wish>> read_lines(std::string_view text) {
  std::vector<Wish> wishes;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = ascii::take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    Wish& wish = wishes.emplace_back();
    for (std::string* column : {&wish.extension, &wish.display_name, &wish.password}) {
      *column = ascii::take_until(line, '\t');
    }
    if (!line.empty()) return malformed("line {}: an extension, a name and a password is all there can be", number);
  }
  return wishes;
}

/// All of them, or none; gives what is to be told of each.
Result<std::string> add_all(const config::Settings& settings, Random& random, const std::vector<Wish>& wishes) {
  auto store = open_store(settings);
  if (!store) return Failure(std::move(store.error()));
  std::vector<account::Account> accounts;
  std::string told;
  for (const auto& [extension, display_name, password] : wishes) {
    const std::string used = password.empty() ? random.token(kPasswordLength) : password;
    accounts.push_back({.extension = extension,
                        .display_name = display_name,
                        .ha1 = sip::make_ha1(extension, settings.sip.realm, used)});
    told += describe(extension, password, used);
  }
  if (auto added = (*store)->add_all(accounts); !added) return Failure(std::move(added.error()));
  return told;
}

}  // namespace

Result<std::string> add_account(const config::Settings& settings, Random& random, const std::string& extension,
                                const std::string& display_name, const std::string& password) {
  return add_all(settings, random, {{extension, display_name, password}});
}

Result<std::string> import_accounts(const config::Settings& settings, Random& random, const std::string& path) {
  const auto text = io::read_file(path);
  if (!text) return in_context("The accounts", text.error());
  const auto wishes = read_lines(*text);
  if (!wishes) return in_context(path, wishes.error());
  auto told = add_all(settings, random, *wishes);
  if (!told) return in_context(fmt::format("Nothing of {} was added", path), told.error());
  return told;
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
