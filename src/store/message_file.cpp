#include "store/message_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "store/columns.hpp"
#include "store/migrate.hpp"

namespace webcalling::store {
namespace {

using messaging::InstantMessage;
using messaging::KeptEntry;
using messaging::KeptMessage;
using messaging::MessageId;

constexpr const char* kMigrations[] = {
    R"(CREATE TABLE message (
         id INTEGER PRIMARY KEY,
         recipient TEXT NOT NULL,
         sender TEXT NOT NULL,
         sender_name TEXT NOT NULL,
         withheld INTEGER NOT NULL,
         fields TEXT NOT NULL,
         body BLOB NOT NULL,
         expires INTEGER NOT NULL
       );)",
};
constexpr const char* kInsert = "INSERT OR REPLACE INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr const char* kList = "SELECT id, recipient, expires FROM message ORDER BY id";
constexpr const char* kSelect =
    "SELECT recipient, sender, sender_name, withheld, fields, body FROM message WHERE id = ?1";

using store::number;
std::int64_t number(MessageId id) { return static_cast<std::int64_t>(id.value()); }

/// A line each; no value has a line break in it (sip::Message).
std::string write_fields(const std::vector<InstantMessage::Field>& fields) {
  std::string out;
  for (const InstantMessage::Field& field : fields) out += field.name + ": " + field.value + "\n";
  return out;
}

std::vector<InstantMessage::Field> read_fields(std::string_view text) {
  std::vector<InstantMessage::Field> fields;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    fields.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
  }
  return fields;
}

void bind_row(SQLite::Statement& row, const KeptMessage& kept) {
  const InstantMessage& message = kept.message;
  row.bind(1, number(kept.id));
  row.bind(2, message.recipient);
  row.bind(3, message.sender.extension);
  row.bind(4, message.sender.display_name);
  row.bind(5, message.sender.withheld ? 1 : 0);
  row.bind(6, write_fields(message.fields));
  row.bind(7, message.body.data(), static_cast<int>(message.body.size()));
  row.bind(8, number(kept.expires));
}

InstantMessage read_row(SQLite::Statement& row) {
  return {.sender = {.extension = row.getColumn(1).getString(),
                     .display_name = row.getColumn(2).getString(),
                     .withheld = row.getColumn(3).getInt() != 0},
          .recipient = row.getColumn(0).getString(),
          .fields = read_fields(row.getColumn(4).getString()),
          .body = row.getColumn(5).getString()};
}

}  // namespace

/// The connection. Its methods throw SQLite::Exception; nothing else of the room does.
class MessageFile::Database {
 public:
  explicit Database(const std::string& path)
      : connection_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds) {
    connection_.exec("PRAGMA journal_mode = WAL");
    // Every commit reaches the disk: the sender is told that the message is kept.
    connection_.exec("PRAGMA synchronous = FULL");
    // What has been delivered shall not be found here any more.
    connection_.exec("PRAGMA secure_delete = ON");
    migrate(connection_, kMigrations);
  }

  std::vector<KeptEntry> list() {
    std::vector<KeptEntry> all;
    SQLite::Statement rows(connection_, kList);
    while (rows.executeStep()) {
      all.push_back({.id = MessageId(static_cast<std::uint64_t>(rows.getColumn(0).getInt64())),
                     .recipient = rows.getColumn(1).getString(),
                     .expires = at(rows.getColumn(2).getInt64())});
    }
    return all;
  }

  std::optional<InstantMessage> read(MessageId id) {
    SQLite::Statement row(connection_, kSelect);
    row.bind(1, number(id));
    if (!row.executeStep()) return std::nullopt;
    return read_row(row);
  }

  void write(const Changes& changes) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement insert(connection_, kInsert);
    for (const KeptMessage& kept : changes.put) {
      bind_row(insert, kept);
      insert.exec();
      insert.reset();
    }
    SQLite::Statement remove(connection_, "DELETE FROM message WHERE id = ?1");
    for (const MessageId id : changes.removed) {
      remove.bind(1, number(id));
      remove.exec();
      remove.reset();
    }
    transaction.commit();
  }

 private:
  SQLite::Database connection_;
};

Result<std::unique_ptr<MessageFile>> MessageFile::open(const std::string& path) {
  try {
    return std::unique_ptr<MessageFile>(new MessageFile(path, std::make_unique<Database>(path)));
  } catch (const SQLite::Exception& error) {
    return failed("opening the messages in {}: {} (move it away to start without what is kept)", path, error.what());
  }
}

MessageFile::MessageFile(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
MessageFile::~MessageFile() = default;

Result<std::vector<KeptEntry>> MessageFile::list() {
  try {
    return database_->list();
  } catch (const SQLite::Exception& error) {
    return failed("reading the messages in {}: {} (move it away to start without what is kept)", path_, error.what());
  }
}

Result<std::optional<InstantMessage>> MessageFile::read(MessageId id) {
  try {
    return database_->read(id);
  } catch (const SQLite::Exception& error) {
    return failed("reading a message from {}: {}", path_, error.what());
  }
}

Result<void> MessageFile::write(const Changes& changes) {
  try {
    database_->write(changes);
    return {};
  } catch (const SQLite::Exception& error) {
    return failed("writing messages to {}: {}", path_, error.what());
  }
}

}  // namespace webcalling::store
