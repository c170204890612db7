#include "store/account_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>

#include <algorithm>
#include <functional>

#include "base/ascii.hpp"
#include "store/columns.hpp"
#include "store/migrate.hpp"

namespace webcalling::store {
namespace {

/// Each entry brings the tables from the version that is its index to the next. Never change one that has been
/// released.
constexpr const char* kMigrations[] = {
    R"(CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
       CREATE TABLE account (
         extension TEXT PRIMARY KEY,
         display_name TEXT NOT NULL,
         ha1_md5 TEXT NOT NULL,
         ha1_sha256 TEXT NOT NULL
       ) WITHOUT ROWID;)",
};

/// SQLite takes 20 µs and two system calls to say that nothing has changed, and a registration looks up three times: a
/// tenth of all that it cost. No other process can end, and somebody register, within this time.
constexpr auto kLook = std::chrono::milliseconds(2);

account::Account read_account(const SQLite::Statement& row) {
  return {.extension = row.getColumn(0).getString(),
          .display_name = row.getColumn(1).getString(),
          .ha1 = {.md5 = row.getColumn(2).getString(), .sha256 = row.getColumn(3).getString()}};
}

}  // namespace

/// The connection and its prepared statements. Its methods throw SQLite::Exception; nothing else of the room does.
class AccountStore::Database {
 public:
  explicit Database(const std::string& path)
      : connection_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds) {
    // Readers and the writer of another process do not wait for each other.
    connection_.exec("PRAGMA journal_mode = WAL");
    migrate(connection_, kMigrations);
    data_version_.emplace(connection_, "PRAGMA data_version");
  }

  /// Gives the realm that the file belongs to; a new file takes this one.
  std::string claim_realm(std::string_view realm) {
    SQLite::Statement insert(connection_, "INSERT OR IGNORE INTO meta VALUES ('realm', ?)");
    insert.bind(1, std::string(realm));
    insert.exec();
    connection_.exec("INSERT OR REPLACE INTO meta VALUES ('opened', datetime('now'))");
    return connection_.execAndGet("SELECT value FROM meta WHERE key = 'realm'").getString();
  }

  /// True if another connection has written since the last call.
  bool changed_outside() {
    data_version_->executeStep();
    const std::int64_t version = data_version_->getColumn(0).getInt64();
    data_version_->reset();
    return std::exchange(seen_version_, version) != version;
  }

  /// The change that was seen last could not be read.
  void look_again() { seen_version_ = -1; }

  /// The number of rows changed.
  int change(const std::string& sql, const std::vector<std::string>& values) {
    SQLite::Statement statement(connection_, sql);
    for (std::size_t i = 0; i < values.size(); ++i) statement.bind(static_cast<int>(i + 1), values[i]);
    return statement.exec();
  }

  /// All of them, or none: then the extension is given that exists.
  std::optional<std::string> insert(const std::vector<account::Account>& accounts) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement statement(connection_, "INSERT OR IGNORE INTO account VALUES (?, ?, ?, ?)");
    for (const auto& [extension, display_name, ha1] : accounts) {
      SQLite::bind(statement, extension, display_name, ha1.md5, ha1.sha256);
      if (statement.exec() == 0) return extension;
      statement.reset();
    }
    transaction.commit();
    return std::nullopt;
  }

  std::map<std::string, account::Account, std::less<>> read_all() {
    std::map<std::string, account::Account, std::less<>> accounts;
    SQLite::Statement rows(connection_, "SELECT extension, display_name, ha1_md5, ha1_sha256 FROM account");
    while (rows.executeStep()) {
      account::Account account = read_account(rows);
      std::string extension = account.extension;
      accounts.emplace(std::move(extension), std::move(account));
    }
    return accounts;
  }

 private:
  SQLite::Database connection_;
  std::optional<SQLite::Statement> data_version_;
  std::int64_t seen_version_ = -1;
};

Result<std::unique_ptr<AccountStore>> AccountStore::open(const std::string& path, std::string_view realm) {
  try {
    auto database = std::make_unique<Database>(path);
    const std::string owner = database->claim_realm(realm);
    if (owner != realm) {
      return refused("the passwords in {} were made for the realm \"{}\", but sip.realm is \"{}\": set it back", path,
                     owner, realm);
    }
    return std::unique_ptr<AccountStore>(new AccountStore(std::move(database)));
  } catch (const SQLite::Exception& error) {
    return failed("opening the account store {}: {}", path, error.what());
  }
}

AccountStore::AccountStore(std::unique_ptr<Database> database) : database_(std::move(database)) { refresh(); }
AccountStore::~AccountStore() = default;

Result<void> AccountStore::add(const account::Account& account) { return add_all({account}); }

Result<void> AccountStore::add_all(const std::vector<account::Account>& accounts) {
  for (const account::Account& account : accounts) {
    if (auto possible = check_extension(account.extension); !possible) return possible;
  }
  try {
    if (const auto existing = database_->insert(accounts)) return refused("there is already an account {}", *existing);
    take_over(database_->read_all());
    return {};
  } catch (const SQLite::Exception& error) {
    return failed("adding accounts: {}", error.what());
  }
}

Result<void> AccountStore::remove(std::string_view extension) {
  const auto removed = change(fmt::format("removing account {}", extension), "DELETE FROM account WHERE extension = ?",
                              {std::string(extension)});
  if (!removed) return Failure(removed.error());
  if (*removed == 0) return missing("there is no account {}", extension);
  return {};
}

Result<void> AccountStore::set_ha1(std::string_view extension, const sip::Ha1& ha1) {
  const auto changed = change(fmt::format("changing the password of account {}", extension),
                              "UPDATE account SET ha1_md5 = ?, ha1_sha256 = ? WHERE extension = ?",
                              {ha1.md5, ha1.sha256, std::string(extension)});
  if (!changed) return Failure(changed.error());
  if (*changed == 0) return missing("there is no account {}", extension);
  return {};
}

std::vector<account::Account> AccountStore::list() {
  refresh();
  std::vector<account::Account> accounts;
  for (const auto& [extension, account] : accounts_) accounts.push_back(account);
  return accounts;
}

void AccountStore::refresh_now_and_then() {
  if (std::chrono::steady_clock::now() - looked_at_ >= kLook) refresh();
}

bool AccountStore::has_extension(std::string_view extension) {
  refresh_now_and_then();
  return accounts_.contains(extension);
}

std::optional<account::Account> AccountStore::find(std::string_view extension) {
  refresh_now_and_then();
  const auto account = accounts_.find(extension);
  if (account == accounts_.end()) return std::nullopt;
  return account->second;
}

Result<int> AccountStore::change(std::string_view doing, const char* sql, const std::vector<std::string>& values) {
  try {
    const int rows = database_->change(sql, values);
    take_over(database_->read_all());
    return rows;
  } catch (const SQLite::Exception& error) {
    return failed("{}: {}", doing, error.what());
  }
}

void AccountStore::refresh() {
  looked_at_ = std::chrono::steady_clock::now();
  try {
    if (database_->changed_outside()) take_over(database_->read_all());
  } catch (const SQLite::Exception&) {
    database_->look_again();
  }
}

void AccountStore::take_over(Accounts accounts) {
  const Accounts before = std::exchange(accounts_, std::move(accounts));
  std::vector<std::pair<std::string, account::AccountChange>> changes;
  for (const auto& [extension, account] : before) {
    const auto now = accounts_.find(extension);
    if (now == accounts_.end()) {
      changes.emplace_back(extension, account::AccountChange::Removed);
    } else if (now->second.ha1 != account.ha1) {
      changes.emplace_back(extension, account::AccountChange::NewPassword);
    }
  }
  for (const auto& [extension, change] : changes) on_change_(extension, change);
}

Result<void> check_extension(std::string_view extension) {
  const bool possible =
      !extension.empty() && extension.size() <= 32 && std::all_of(extension.begin(), extension.end(), [](char c) {
        return ascii::is_alnum(c) || std::string_view(".-_*#").find(c) != std::string_view::npos;
      });
  if (possible) return {};
  return refused("'{}' cannot be an extension: 1 to 32 letters, digits or . - _ * # are", extension);
}

}  // namespace webcalling::store
