#include "store/call_history_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "store/columns.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace webcalling::store {
namespace {

using history::Entry;
using history::EntryId;
using history::Query;

constexpr const char* kMigrations[] = {
    // AUTOINCREMENT: the number of an entry that was removed is never given to another.
    R"(CREATE TABLE entry (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         extension TEXT NOT NULL,
         is_out INTEGER NOT NULL,
         peer_number TEXT NOT NULL,
         peer_name TEXT NOT NULL,
         began INTEGER NOT NULL,
         answered INTEGER,
         ended INTEGER NOT NULL,
         cause TEXT NOT NULL,
         missed INTEGER NOT NULL,
         call_id TEXT NOT NULL,
         note TEXT NOT NULL
       );
       CREATE INDEX entry_of_extension ON entry (extension, id);)",
};
constexpr const char* kColumns =
    "id, extension, is_out, peer_number, peer_name, began, answered, ended, cause, missed, call_id, note";
constexpr const char* kInsert = R"(INSERT INTO entry (extension, is_out, peer_number, peer_name, began, answered,
    ended, cause, missed, call_id, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11))";
/// To find the oldest means to pass over all others: that is done when there is a tenth too many, and not for each.
constexpr std::size_t kSlack = 10;
constexpr const char* kForgetOldest = R"(DELETE FROM entry WHERE extension = ?1 AND id <=
    (SELECT id FROM entry WHERE extension = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2))";

using store::number;
std::int64_t number(EntryId id) { return static_cast<std::int64_t>(id.value()); }

void bind_row(SQLite::Statement& row, const Entry& entry) {
  row.bind(1, entry.extension);
  row.bind(2, entry.direction == Entry::Direction::Out ? 1 : 0);
  row.bind(3, entry.peer_number);
  row.bind(4, entry.peer_name);
  row.bind(5, number(entry.began));
  if (entry.answered) {
    row.bind(6, number(*entry.answered));
  } else {
    row.bind(6);
  }
  row.bind(7, number(entry.ended));
  row.bind(8, entry.cause);
  row.bind(9, entry.missed ? 1 : 0);
  row.bind(10, entry.call_id);
  row.bind(11, entry.note);
}

Entry read_row(const SQLite::Statement& row) {
  Entry entry;
  entry.id = EntryId(static_cast<std::uint64_t>(row.getColumn(0).getInt64()));
  entry.extension = row.getColumn(1).getString();
  entry.direction = row.getColumn(2).getInt() != 0 ? Entry::Direction::Out : Entry::Direction::In;
  entry.peer_number = row.getColumn(3).getString();
  entry.peer_name = row.getColumn(4).getString();
  entry.began = at(row.getColumn(5).getInt64());
  if (!row.getColumn(6).isNull()) entry.answered = at(row.getColumn(6).getInt64());
  entry.ended = at(row.getColumn(7).getInt64());
  entry.cause = row.getColumn(8).getString();
  entry.missed = row.getColumn(9).getInt() != 0;
  entry.call_id = row.getColumn(10).getString();
  entry.note = row.getColumn(11).getString();
  return entry;
}

std::string_view condition(Query::Filter filter) {
  switch (filter) {
    case Query::Filter::All: return "";
    case Query::Filter::In: return " AND is_out = 0";
    case Query::Filter::Out: return " AND is_out = 1";
    case Query::Filter::Missed: return " AND missed = 1";
  }
  return "";
}

}  // namespace

/// The connection. Its methods throw SQLite::Exception; nothing else of the room does.
class CallHistoryFile::Database {
 public:
  Database(const std::string& path, std::size_t max_entries)
      : connection_(path, kOpenForOneThread, kBusyMilliseconds), max_entries_(max_entries) {
    connection_.exec("PRAGMA journal_mode = WAL");
    // A power cut takes the last calls with it, and damages nothing.
    connection_.exec("PRAGMA synchronous = NORMAL");
    migrate(connection_, kMigrations);
    insert_.emplace(connection_, kInsert);
    forget_oldest_.emplace(connection_, kForgetOldest);
  }

  void write(const std::vector<Entry>& entries) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    std::map<std::string, std::size_t> counts;
    for (const Entry& entry : entries) {
      const auto count = counts.try_emplace(entry.extension, 0).first;
      if (count->second == 0) count->second = count_of(entry.extension);
      bind_row(*insert_, entry);
      run(*insert_);
      ++count->second;
    }
    for (auto& [extension, count] : counts) {
      if (count <= max_entries_ + max_entries_ / kSlack) continue;
      forget_oldest(extension);
      count = max_entries_;
    }
    transaction.commit();
    for (const auto& [extension, count] : counts) counts_.insert_or_assign(extension, count);
  }

  std::vector<Entry> list(const Query& query) {
    const std::string sql = fmt::format(
        "SELECT {} FROM entry WHERE extension = ?1{}{}{}{} ORDER BY id DESC LIMIT ?2", kColumns,
        condition(query.filter), query.before ? " AND id < ?3" : "", query.call_id.empty() ? "" : " AND call_id = ?4",
        query.search.empty() ? "" : " AND instr(lower(peer_number || char(10) || peer_name), lower(?5)) > 0");
    SQLite::Statement rows(connection_, sql);
    rows.bind(1, query.extension);
    rows.bind(2, static_cast<std::int64_t>(query.limit));
    if (query.before) rows.bind(3, number(*query.before));
    if (!query.call_id.empty()) rows.bind(4, query.call_id);
    if (!query.search.empty()) rows.bind(5, query.search);
    std::vector<Entry> entries;
    while (rows.executeStep()) entries.push_back(read_row(rows));
    return entries;
  }

  bool keep_only(const std::set<std::string>& extensions) {
    std::vector<std::string> others;
    SQLite::Statement rows(connection_, "SELECT DISTINCT extension FROM entry");
    while (rows.executeStep()) {
      std::string extension = rows.getColumn(0).getString();
      if (!extensions.contains(extension)) others.push_back(std::move(extension));
    }
    for (const std::string& extension : others) clear(extension);
    return !others.empty();
  }

  bool set_note(const std::string& extension, EntryId id, const std::string& note) {
    SQLite::Statement statement(connection_, "UPDATE entry SET note = ?3 WHERE extension = ?1 AND id = ?2");
    statement.bind(1, extension);
    statement.bind(2, number(id));
    statement.bind(3, note);
    return statement.exec() > 0;
  }

  bool remove(const std::string& extension, EntryId id) {
    SQLite::Statement statement(connection_, "DELETE FROM entry WHERE extension = ?1 AND id = ?2");
    statement.bind(1, extension);
    statement.bind(2, number(id));
    return statement.exec() > 0;
  }

  bool clear(const std::string& extension) {
    SQLite::Statement statement(connection_, "DELETE FROM entry WHERE extension = ?1");
    statement.bind(1, extension);
    return statement.exec() > 0;
  }

 private:
  /// Not less than there are.
  std::size_t count_of(const std::string& extension) {
    if (const auto known = counts_.find(extension); known != counts_.end()) return known->second;
    SQLite::Statement rows(connection_, "SELECT count(*) FROM entry WHERE extension = ?1");
    rows.bind(1, extension);
    rows.executeStep();
    return static_cast<std::size_t>(rows.getColumn(0).getInt64());
  }

  void forget_oldest(const std::string& extension) {
    forget_oldest_->bind(1, extension);
    forget_oldest_->bind(2, static_cast<std::int64_t>(max_entries_));
    run(*forget_oldest_);
  }

  SQLite::Database connection_;
  /// Prepared once.
  std::optional<SQLite::Statement> insert_;
  std::optional<SQLite::Statement> forget_oldest_;
  std::size_t max_entries_;
  /// Of the extensions that have been written to: to find out how many there are is more work than all the rest.
  std::unordered_map<std::string, std::size_t> counts_;
};

Result<std::unique_ptr<CallHistoryFile>> CallHistoryFile::open(const std::string& path, std::size_t max_entries) {
  try {
    return std::unique_ptr<CallHistoryFile>(new CallHistoryFile(path, std::make_unique<Database>(path, max_entries)));
  } catch (const SQLite::Exception& error) {
    return failed("opening the call history in {}: {} (move it away to start with an empty one)", path, error.what());
  }
}

CallHistoryFile::CallHistoryFile(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
CallHistoryFile::~CallHistoryFile() = default;

template <typename Work>
auto CallHistoryFile::attempt(std::string_view doing, const Work& work) -> Result<decltype(work())> {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    return failed("{} {}: {}", doing, path_, error.what());
  }
}

Result<void> CallHistoryFile::keep_only(const std::set<std::string>& extensions) {
  const auto kept = attempt("removing from the call history in", [&] { return database_->keep_only(extensions); });
  if (!kept) return Failure(kept.error());
  return {};
}

Result<void> CallHistoryFile::write(const std::vector<Entry>& entries) {
  const auto written = attempt("writing the call history to", [&] {
    database_->write(entries);
    return true;
  });
  if (!written) return Failure(written.error());
  return {};
}

Result<std::vector<Entry>> CallHistoryFile::list(const Query& query) {
  return attempt("reading the call history from", [&] { return database_->list(query); });
}

Result<bool> CallHistoryFile::set_note(const std::string& extension, EntryId id, const std::string& note) {
  return attempt("writing the call history to", [&] { return database_->set_note(extension, id, note); });
}

Result<bool> CallHistoryFile::remove(const std::string& extension, EntryId id) {
  return attempt("removing from the call history in", [&] { return database_->remove(extension, id); });
}

Result<bool> CallHistoryFile::clear(const std::string& extension) {
  return attempt("removing from the call history in", [&] { return database_->clear(extension); });
}

}  // namespace webcalling::store
