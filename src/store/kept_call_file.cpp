#include "store/kept_call_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>
#include <string_view>
#include <utility>

#include "call/leg/our_codecs.hpp"
#include "store/columns.hpp"
#include "store/sqlite.hpp"

namespace webcalling::store {
namespace {

using call::KeptCall;
using call::KeptLeg;

/// The file holds nothing that is worth a migration: another version of the tables begins with empty ones.
constexpr int kVersion = 1;
constexpr const char* kTables =
    R"(DROP TABLE IF EXISTS call;
       DROP TABLE IF EXISTS leg;
       CREATE TABLE call (
         id INTEGER PRIMARY KEY,
         extension TEXT NOT NULL,
         display_name TEXT NOT NULL,
         withheld INTEGER NOT NULL,
         domain TEXT NOT NULL,
         dialled TEXT NOT NULL,
         call_id TEXT NOT NULL,
         connected INTEGER NOT NULL
       );
       CREATE TABLE leg (
         call INTEGER NOT NULL,
         is_caller INTEGER NOT NULL,
         extension TEXT NOT NULL,
         display_name TEXT NOT NULL,
         withheld INTEGER NOT NULL,
         domain TEXT NOT NULL,
         call_id TEXT NOT NULL,
         local_tag TEXT NOT NULL,
         remote_tag TEXT NOT NULL,
         local TEXT NOT NULL,
         remote TEXT NOT NULL,
         local_contact TEXT NOT NULL,
         remote_target TEXT NOT NULL,
         route_set TEXT NOT NULL,
         local_cseq INTEGER NOT NULL,
         remote_cseq INTEGER,
         transport TEXT NOT NULL,
         local_address TEXT NOT NULL,
         local_port INTEGER NOT NULL,
         remote_address TEXT NOT NULL,
         remote_port INTEGER NOT NULL,
         begun_by_us INTEGER NOT NULL,
         encrypted INTEGER NOT NULL,
         codec TEXT NOT NULL,
         PRIMARY KEY (call, is_caller)
       ) WITHOUT ROWID;)";
constexpr const char* kInsertCall = "INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* kInsertLeg =
    "INSERT OR REPLACE INTO leg VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

std::int64_t number_of(call::CallId id) { return static_cast<std::int64_t>(id.value()); }

/// Writes one column after the other.
class RowWriter {
 public:
  explicit RowWriter(SQLite::Statement& row) : row_(row) {}
  void text(std::string_view value) { row_.bind(++column_, std::string(value)); }
  void number(std::int64_t value) { row_.bind(++column_, value); }
  void nothing() { row_.bind(++column_); }
  void party(const call::Party& party) {
    text(party.extension);
    text(party.display_name);
    number(party.withheld ? 1 : 0);
    text(party.domain);
  }
  void endpoint(const Endpoint& endpoint) {
    text(endpoint.address.text());
    number(endpoint.port);
  }

 private:
  SQLite::Statement& row_;
  int column_ = 0;
};

/// Reads them in the same order.
class RowReader {
 public:
  explicit RowReader(const SQLite::Statement& row) : row_(row) {}
  std::string text() { return row_.getColumn(column_++).getString(); }
  std::int64_t number() { return row_.getColumn(column_++).getInt64(); }
  std::optional<std::int64_t> find_number() {
    const auto column = row_.getColumn(column_++);
    return column.isNull() ? std::nullopt : std::optional(column.getInt64());
  }
  call::Party party() {
    call::Party party;
    party.extension = text();
    party.display_name = text();
    party.withheld = number() != 0;
    party.domain = text();
    return party;
  }
  std::optional<Endpoint> endpoint() {
    const auto address = IpAddress::parse(text());
    const auto port = static_cast<std::uint16_t>(number());
    return address ? std::optional(Endpoint{*address, port}) : std::nullopt;
  }

 private:
  const SQLite::Statement& row_;
  int column_ = 0;
};

/// One hop in a line: a header has none.
std::string join(const std::vector<std::string>& hops) {
  std::string out;
  for (const std::string& hop : hops) out += hop + '\n';
  return out;
}

std::vector<std::string> split(std::string_view lines) {
  std::vector<std::string> out;
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    out.emplace_back(lines.substr(0, end));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  return out;
}

std::optional<sdp::Codec> find_codec(std::string_view written) {
  for (const auto codec : call::our_codecs()) {
    if (sdp::text(codec) == written) return codec;
  }
  return std::nullopt;
}

void bind_leg(SQLite::Statement& statement, call::CallId id, bool is_caller, const KeptLeg& leg) {
  RowWriter row(statement);
  row.number(number_of(id));
  row.number(is_caller ? 1 : 0);
  row.party(leg.party);
  const sip::DialogRecord& dialog = leg.dialog;
  row.text(dialog.id.call_id);
  row.text(dialog.id.local_tag);
  row.text(dialog.id.remote_tag);
  row.text(dialog.local);
  row.text(dialog.remote);
  row.text(dialog.local_contact);
  row.text(dialog.remote_target);
  row.text(join(dialog.route_set));
  row.number(dialog.local_cseq);
  if (dialog.remote_cseq) {
    row.number(*dialog.remote_cseq);
  } else {
    row.nothing();
  }
  row.text(sip::text(leg.flow.kind));
  row.endpoint(leg.flow.local);
  row.endpoint(leg.flow.remote);
  row.number(leg.begun_by_us ? 1 : 0);
  row.number(leg.encrypted ? 1 : 0);
  row.text(leg.codec ? sdp::text(*leg.codec) : std::string_view());
}

std::optional<KeptLeg> read_leg(RowReader row) {
  KeptLeg leg;
  leg.party = row.party();
  sip::DialogRecord& dialog = leg.dialog;
  dialog.id.call_id = row.text();
  dialog.id.local_tag = row.text();
  dialog.id.remote_tag = row.text();
  dialog.local = row.text();
  dialog.remote = row.text();
  dialog.local_contact = row.text();
  dialog.remote_target = row.text();
  dialog.route_set = split(row.text());
  dialog.local_cseq = static_cast<std::uint32_t>(row.number());
  if (const auto cseq = row.find_number()) dialog.remote_cseq = static_cast<std::uint32_t>(*cseq);
  const auto transport = sip::transport_kind(row.text());
  const auto local = row.endpoint();
  const auto remote = row.endpoint();
  if (!transport || !local || !remote) return std::nullopt;
  leg.flow = {.kind = *transport, .local = *local, .remote = *remote};
  leg.begun_by_us = row.number() != 0;
  leg.encrypted = row.number() != 0;
  leg.codec = find_codec(row.text());
  return leg;
}

}  // namespace

/// The connection. Its methods throw SQLite::Exception; nothing else of the room does.
class KeptCallFile::Database {
 public:
  explicit Database(const std::string& path) : connection_(path, kOpenForOneThread, kBusyMilliseconds) {
    connection_.exec("PRAGMA journal_mode = WAL");
    // A call is written down twice, and nobody waits for it: a power cut ends the last ones.
    connection_.exec("PRAGMA synchronous = NORMAL");
    make_tables();
    statements_.emplace(connection_);
  }

  std::vector<KeptCall> take() {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    std::vector<KeptCall> all;
    SQLite::Statement rows(connection_, "SELECT * FROM call ORDER BY id");
    while (rows.executeStep()) {
      RowReader row(rows);
      KeptCall kept;
      kept.id = call::CallId(static_cast<std::uint64_t>(row.number()));
      kept.begun_by = row.party();
      kept.dialled = row.text();
      kept.call_id = row.text();
      kept.connected = at(row.number());
      if (read_legs(kept)) all.push_back(std::move(kept));
    }
    rows.reset();
    connection_.exec("DELETE FROM call; DELETE FROM leg;");
    transaction.commit();
    return all;
  }

  void write(const Changes& changes) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    for (const KeptCall& kept : changes.put) put(kept);
    for (const call::CallId id : changes.removed) {
      for (SQLite::Statement* statement : {&statements_->remove_call, &statements_->remove_legs}) {
        statement->bind(1, number_of(id));
        run(*statement);
      }
    }
    transaction.commit();
  }

 private:
  /// Prepared once: half of what a call cost here was that.
  struct Statements {
    explicit Statements(SQLite::Database& connection)
        : insert_call(connection, kInsertCall),
          insert_leg(connection, kInsertLeg),
          remove_call(connection, "DELETE FROM call WHERE id = ?"),
          remove_legs(connection, "DELETE FROM leg WHERE call = ?") {}
    SQLite::Statement insert_call;
    SQLite::Statement insert_leg;
    SQLite::Statement remove_call;
    SQLite::Statement remove_legs;
  };

  void make_tables() {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    if (connection_.execAndGet("PRAGMA user_version").getInt() == kVersion) return;
    connection_.exec(kTables);
    connection_.exec(fmt::format("PRAGMA user_version = {}", kVersion));
    transaction.commit();
  }

  void put(const KeptCall& kept) {
    RowWriter row(statements_->insert_call);
    row.number(number_of(kept.id));
    row.party(kept.begun_by);
    row.text(kept.dialled);
    row.text(kept.call_id);
    row.number(number(kept.connected.value_or(WallTime{})));
    run(statements_->insert_call);
    for (const bool is_caller : {true, false}) {
      bind_leg(statements_->insert_leg, kept.id, is_caller, is_caller ? kept.caller : kept.callee);
      run(statements_->insert_leg);
    }
  }

  /// False unless both are there and can be read.
  [[nodiscard]] bool read_legs(KeptCall& kept) {
    SQLite::Statement rows(connection_, "SELECT * FROM leg WHERE call = ?");
    rows.bind(1, number_of(kept.id));
    int found = 0;
    while (rows.executeStep()) {
      RowReader row(rows);
      row.number();
      const bool is_caller = row.number() != 0;
      auto leg = read_leg(row);
      if (!leg) return false;
      (is_caller ? kept.caller : kept.callee) = std::move(*leg);
      ++found;
    }
    return found == 2;
  }

  SQLite::Database connection_;
  std::optional<Statements> statements_;
};

Result<std::unique_ptr<KeptCallFile>> KeptCallFile::open(const std::string& path) {
  try {
    return std::unique_ptr<KeptCallFile>(new KeptCallFile(path, std::make_unique<Database>(path)));
  } catch (const SQLite::Exception& error) {
    return failed("opening the calls in {}: {} (delete it: calls of before end)", path, error.what());
  }
}

KeptCallFile::KeptCallFile(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
KeptCallFile::~KeptCallFile() = default;

Result<std::vector<KeptCall>> KeptCallFile::take() {
  try {
    return database_->take();
  } catch (const SQLite::Exception& error) {
    return failed("reading the calls in {}: {} (delete it: calls of before end)", path_, error.what());
  }
}

Result<void> KeptCallFile::write(const Changes& changes) {
  try {
    database_->write(changes);
    return {};
  } catch (const SQLite::Exception& error) {
    return failed("writing the calls to {}: {}", path_, error.what());
  }
}

}  // namespace webcalling::store
