#include "store/ban_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <utility>

#include "store/columns.hpp"
#include "store/migrate.hpp"

namespace webcalling::store {
namespace {

using guard::Ban;

/// Each entry brings the table from the version that is its index to the next. Never change one that has been released.
constexpr const char* kMigrations[] = {
    R"(CREATE TABLE ban (
         source TEXT PRIMARY KEY,
         reason TEXT NOT NULL,
         since INTEGER NOT NULL,
         until INTEGER NOT NULL,
         count INTEGER NOT NULL
       ) WITHOUT ROWID;)",
};

std::optional<Ban> read_row(const SQLite::Statement& row) {
  const auto source = Network::parse(row.getColumn(0).getString());
  const int count = row.getColumn(4).getInt();
  if (!source || count < 1) return std::nullopt;
  return Ban{.source = *source,
             .reason = row.getColumn(1).getString(),
             .since = at(row.getColumn(2).getInt64()),
             .until = at(row.getColumn(3).getInt64()),
             .count = static_cast<unsigned>(count)};
}

void bind_row(SQLite::Statement& row, const Ban& ban) {
  row.bind(1, ban.source.text());
  row.bind(2, ban.reason);
  row.bind(3, number(ban.since));
  row.bind(4, number(ban.until));
  row.bind(5, static_cast<std::int64_t>(ban.count));
}

}  // namespace

/// The connection. Its methods throw SQLite::Exception; nothing else of the room does.
class BanFile::Database {
 public:
  explicit Database(const std::string& path)
      : connection_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds) {
    connection_.exec("PRAGMA journal_mode = WAL");
    connection_.exec("PRAGMA synchronous = NORMAL");
    migrate(connection_, kMigrations);
  }

  std::vector<Ban> read_all() {
    // Before the rows: what comes in between is seen twice rather than not at all.
    seen_version_ = version();
    std::vector<Ban> all;
    SQLite::Statement rows(connection_, "SELECT source, reason, since, until, count FROM ban");
    while (rows.executeStep()) {
      if (auto ban = read_row(rows)) all.push_back(std::move(*ban));
    }
    return all;
  }

  /// Whether another connection has written since read_all().
  bool changed_outside() { return seen_version_ != version(); }

  void write(const Changes& changes) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    if (changes.replace_all) connection_.exec("DELETE FROM ban");
    SQLite::Statement insert(connection_, "INSERT OR REPLACE INTO ban VALUES (?1, ?2, ?3, ?4, ?5)");
    for (const Ban& ban : changes.put) {
      bind_row(insert, ban);
      insert.exec();
      insert.reset();
    }
    SQLite::Statement remove(connection_, "DELETE FROM ban WHERE source = ?1");
    for (const Network& source : changes.removed) {
      remove.bind(1, source.text());
      remove.exec();
      remove.reset();
    }
    transaction.commit();
  }

 private:
  std::int64_t version() { return connection_.execAndGet("PRAGMA data_version").getInt64(); }

  SQLite::Database connection_;
  std::int64_t seen_version_ = -1;
};

Result<std::unique_ptr<BanFile>> BanFile::open(const std::string& path) {
  try {
    return std::unique_ptr<BanFile>(new BanFile(path, std::make_unique<Database>(path)));
  } catch (const SQLite::Exception& error) {
    return failed("opening the bans in {}: {} (without the file nobody is banned)", path, error.what());
  }
}

BanFile::BanFile(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
BanFile::~BanFile() = default;

Result<std::vector<Ban>> BanFile::read() {
  try {
    return database_->read_all();
  } catch (const SQLite::Exception& error) {
    return failed("reading the bans in {}: {} (without the file nobody is banned)", path_, error.what());
  }
}

Result<std::optional<std::vector<Ban>>> BanFile::read_if_changed() {
  try {
    if (!database_->changed_outside()) return std::optional<std::vector<Ban>>();
    return std::optional(database_->read_all());
  } catch (const SQLite::Exception& error) {
    return failed("reading the bans in {}: {}", path_, error.what());
  }
}

Result<void> BanFile::write(const Changes& changes) {
  try {
    database_->write(changes);
    return {};
  } catch (const SQLite::Exception& error) {
    return failed("writing the bans to {}: {}", path_, error.what());
  }
}

}  // namespace webcalling::store
