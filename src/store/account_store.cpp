#include "store/account_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <functional>

#include "base/ascii.hpp"

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

constexpr int kBusyMilliseconds = 2000;

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
    migrate();
    find_.emplace(connection_, "SELECT extension, display_name, ha1_md5, ha1_sha256 FROM account WHERE extension = ?");
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

  std::optional<account::Account> find(const std::string& extension) {
    find_->bind(1, extension);
    std::optional<account::Account> account;
    if (find_->executeStep()) account = read_account(*find_);
    // A statement that stays open keeps looking at the file as it was.
    find_->reset();
    return account;
  }

  /// True if another connection has written since the last call.
  bool changed_outside() {
    data_version_->executeStep();
    const std::int64_t version = data_version_->getColumn(0).getInt64();
    data_version_->reset();
    return std::exchange(seen_version_, version) != version;
  }

  /// The number of rows changed.
  int change(const std::string& sql, const std::vector<std::string>& values) {
    SQLite::Statement statement(connection_, sql);
    for (std::size_t i = 0; i < values.size(); ++i) statement.bind(static_cast<int>(i + 1), values[i]);
    return statement.exec();
  }

  std::vector<account::Account> list() {
    std::vector<account::Account> accounts;
    SQLite::Statement rows(connection_,
                           "SELECT extension, display_name, ha1_md5, ha1_sha256 FROM account ORDER BY extension");
    while (rows.executeStep()) accounts.push_back(read_account(rows));
    return accounts;
  }

 private:
  void migrate() {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    const int version = connection_.execAndGet("PRAGMA user_version").getInt();
    const int newest = static_cast<int>(std::size(kMigrations));
    if (version > newest) throw SQLite::Exception("it was written by a newer WebCalling");
    for (int next = version; next < newest; ++next) connection_.exec(kMigrations[next]);
    connection_.exec(fmt::format("PRAGMA user_version = {}", newest));
    transaction.commit();
  }

  SQLite::Database connection_;
  std::optional<SQLite::Statement> find_;
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

AccountStore::AccountStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
AccountStore::~AccountStore() = default;

Result<void> AccountStore::add(const account::Account& account) {
  if (auto possible = check_extension(account.extension); !possible) return possible;
  try {
    const int added = database_->change("INSERT OR IGNORE INTO account VALUES (?, ?, ?, ?)",
                                        {account.extension, account.display_name, account.ha1.md5, account.ha1.sha256});
    if (added == 0) return refused("there is already an account {}", account.extension);
    known_.erase(account.extension);
    return {};
  } catch (const SQLite::Exception& error) {
    return failed("adding account {}: {}", account.extension, error.what());
  }
}

Result<void> AccountStore::remove(std::string_view extension) {
  try {
    known_.erase(std::string(extension));
    if (database_->change("DELETE FROM account WHERE extension = ?", {std::string(extension)}) > 0) return {};
    return missing("there is no account {}", extension);
  } catch (const SQLite::Exception& error) {
    return failed("removing account {}: {}", extension, error.what());
  }
}

Result<void> AccountStore::set_ha1(std::string_view extension, const sip::Ha1& ha1) {
  try {
    known_.erase(std::string(extension));
    const int changed = database_->change("UPDATE account SET ha1_md5 = ?, ha1_sha256 = ? WHERE extension = ?",
                                          {ha1.md5, ha1.sha256, std::string(extension)});
    if (changed > 0) return {};
    return missing("there is no account {}", extension);
  } catch (const SQLite::Exception& error) {
    return failed("changing the password of account {}: {}", extension, error.what());
  }
}

Result<std::vector<account::Account>> AccountStore::list() {
  try {
    return database_->list();
  } catch (const SQLite::Exception& error) {
    return failed("listing accounts: {}", error.what());
  }
}

std::optional<account::Account> AccountStore::find(std::string_view extension) {
  const std::string key(extension);
  try {
    if (database_->changed_outside()) known_.clear();
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    auto account = database_->find(key);
    // Only what exists is remembered: strangers can invent any number of extensions.
    if (account) known_.emplace(key, *account);
    return account;
  } catch (const SQLite::Exception&) {
    // The disk fails while calls go on: who was known stays known.
    const auto known = known_.find(key);
    return known == known_.end() ? std::nullopt : std::optional(known->second);
  }
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
