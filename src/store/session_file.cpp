#include "store/session_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <utility>

#include "store/columns.hpp"
#include "store/migrate.hpp"

namespace webcalling::store {
namespace {

using account::Session;

constexpr const char* kMigrations[] = {
    R"(CREATE TABLE session (
         token_hash TEXT PRIMARY KEY,
         extension TEXT NOT NULL,
         password_mark TEXT NOT NULL,
         handle TEXT NOT NULL,
         generation INTEGER NOT NULL,
         used INTEGER NOT NULL,
         expires INTEGER NOT NULL
       ) WITHOUT ROWID;
       CREATE TABLE credential (
         token_hash TEXT NOT NULL,
         username TEXT NOT NULL,
         ha1_md5 TEXT NOT NULL,
         ha1_sha256 TEXT NOT NULL,
         expires INTEGER NOT NULL
       );
       CREATE INDEX credential_of_session ON credential (token_hash);)",
};

}  // namespace

/// The connection. Its methods throw SQLite::Exception; nothing else of the room does.
class SessionFile::Database {
 public:
  explicit Database(const std::string& path)
      : connection_(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMilliseconds) {
    connection_.exec("PRAGMA journal_mode = WAL");
    // A power cut may sign out who has just signed in, and damages nothing.
    connection_.exec("PRAGMA synchronous = NORMAL");
    migrate(connection_, kMigrations);
  }

  std::vector<Session> read() {
    std::map<std::string, Session> sessions;
    SQLite::Statement rows(
        connection_, "SELECT token_hash, extension, password_mark, handle, generation, used, expires FROM session");
    while (rows.executeStep()) {
      Session session{.token_hash = rows.getColumn(0).getString(),
                      .extension = rows.getColumn(1).getString(),
                      .password_mark = rows.getColumn(2).getString(),
                      .handle = rows.getColumn(3).getString(),
                      .generation = rows.getColumn(4).getUInt(),
                      .used = at(rows.getColumn(5).getInt64()),
                      .expires = at(rows.getColumn(6).getInt64()),
                      .credentials = {}};
      sessions.emplace(session.token_hash, std::move(session));
    }
    read_credentials(sessions);
    std::vector<Session> all;
    for (auto& [hash, session] : sessions) all.push_back(std::move(session));
    return all;
  }

  void write(const Changes& changes) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    for (const Session& session : changes.put) put(session);
    for (const std::string& token_hash : changes.removed) remove(token_hash);
    transaction.commit();
  }

 private:
  void read_credentials(std::map<std::string, Session>& sessions) {
    SQLite::Statement rows(connection_,
                           "SELECT token_hash, username, ha1_md5, ha1_sha256, expires FROM credential ORDER BY rowid");
    while (rows.executeStep()) {
      const auto session = sessions.find(rows.getColumn(0).getString());
      if (session == sessions.end()) continue;
      session->second.credentials.push_back(
          {.username = rows.getColumn(1).getString(),
           .ha1 = {.md5 = rows.getColumn(2).getString(), .sha256 = rows.getColumn(3).getString()},
           .expires = at(rows.getColumn(4).getInt64())});
    }
  }

  void put(const Session& session) {
    remove(session.token_hash);
    SQLite::Statement row(connection_, "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?)");
    row.bind(1, session.token_hash);
    row.bind(2, session.extension);
    row.bind(3, session.password_mark);
    row.bind(4, session.handle);
    row.bind(5, static_cast<std::int64_t>(session.generation));
    row.bind(6, number(session.used));
    row.bind(7, number(session.expires));
    row.exec();
    for (const auto& credential : session.credentials) {
      SQLite::Statement each(connection_, "INSERT INTO credential VALUES (?, ?, ?, ?, ?)");
      each.bind(1, session.token_hash);
      each.bind(2, credential.username);
      each.bind(3, credential.ha1.md5);
      each.bind(4, credential.ha1.sha256);
      each.bind(5, number(credential.expires));
      each.exec();
    }
  }

  void remove(const std::string& token_hash) {
    for (const char* sql :
         {"DELETE FROM session WHERE token_hash = ?", "DELETE FROM credential WHERE token_hash = ?"}) {
      SQLite::Statement statement(connection_, sql);
      statement.bind(1, token_hash);
      statement.exec();
    }
  }

  SQLite::Database connection_;
};

Result<std::unique_ptr<SessionFile>> SessionFile::open(const std::string& path) {
  try {
    return std::unique_ptr<SessionFile>(new SessionFile(path, std::make_unique<Database>(path)));
  } catch (const SQLite::Exception& error) {
    return failed("opening the sessions in {}: {} (delete it: people sign in again)", path, error.what());
  }
}

SessionFile::SessionFile(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
SessionFile::~SessionFile() = default;

Result<std::vector<Session>> SessionFile::read() {
  try {
    return database_->read();
  } catch (const SQLite::Exception& error) {
    return failed("reading the sessions in {}: {} (delete it: people sign in again)", path_, error.what());
  }
}

Result<void> SessionFile::write(const Changes& changes) {
  try {
    database_->write(changes);
    return {};
  } catch (const SQLite::Exception& error) {
    return failed("writing the sessions to {}: {}", path_, error.what());
  }
}

}  // namespace webcalling::store
