#include "store/binding_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <optional>
#include <utility>

#include "sip/message/grammar.hpp"
#include "sip/message/headers.hpp"
#include "store/columns.hpp"
#include "store/sqlite.hpp"

namespace webcalling::store {
namespace {

using registrar::StoredBinding;

/// The file holds nothing that phones would not tell again: another version of the table begins with an empty one.
constexpr int kVersion = 1;
constexpr const char* kTable =
    R"(DROP TABLE IF EXISTS binding;
       CREATE TABLE binding (
         id INTEGER PRIMARY KEY,
         user TEXT NOT NULL,
         contact TEXT NOT NULL,
         path TEXT NOT NULL,
         aor TEXT NOT NULL,
         transport TEXT NOT NULL,
         local_address TEXT NOT NULL,
         local_port INTEGER NOT NULL,
         remote_address TEXT NOT NULL,
         remote_port INTEGER NOT NULL,
         connection INTEGER NOT NULL,
         call_id TEXT NOT NULL,
         cseq INTEGER NOT NULL,
         user_agent TEXT NOT NULL,
         reg_id TEXT NOT NULL,
         incarnation INTEGER NOT NULL,
         expires INTEGER NOT NULL,
         refreshed INTEGER NOT NULL,
         password_mark TEXT NOT NULL
       );)";
constexpr const char* kInsert =
    R"(INSERT OR REPLACE INTO binding VALUES
       (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19))";
constexpr const char* kSelect =
    R"(SELECT id, user, contact, path, aor, transport, local_address, local_port, remote_address, remote_port,
         connection, call_id, cseq, user_agent, reg_id, incarnation, expires, refreshed, password_mark FROM binding)";

template <typename Header>
std::string written(const Header& header) {
  std::string out;
  header.write(out);
  return out;
}

std::string write_path(const std::vector<sip::Path>& path) {
  std::string out;
  for (const sip::Path& hop : path) out += (out.empty() ? "" : ", ") + written(hop);
  return out;
}

std::optional<std::vector<sip::Path>> read_path(const std::string& text) {
  std::vector<sip::Path> path;
  if (text.empty()) return path;
  for (const std::string_view element : sip::grammar::split_list(text)) {
    auto hop = sip::Path::parse(element);
    if (!hop) return std::nullopt;
    path.push_back(std::move(*hop));
  }
  return path;
}

void bind_row(SQLite::Statement& row, const StoredBinding& stored) {
  const registrar::Binding& binding = stored.binding;
  sip::Contact contact;
  contact.uri = binding.contact;
  contact.parameters = binding.parameters;
  int column = 0;
  const auto text = [&](const std::string& value) { row.bind(++column, value); };
  const auto number = [&](std::uint64_t value) { row.bind(++column, static_cast<std::int64_t>(value)); };
  number(binding.id.value());
  text(stored.user);
  text(written(contact));
  text(write_path(binding.path));
  text(binding.aor.text());
  text(std::string(sip::text(binding.flow.kind)));
  text(binding.flow.local.address.text());
  number(binding.flow.local.port);
  text(binding.flow.remote.address.text());
  number(binding.flow.remote.port);
  number(binding.flow.connection.value());
  text(binding.call_id);
  number(binding.cseq);
  text(binding.user_agent);
  text(binding.reg_id);
  number(binding.incarnation);
  row.bind(++column, store::number(stored.expires));
  row.bind(++column, store::number(stored.refreshed));
  text(stored.password_mark);
}

std::optional<StoredBinding> read_row(const SQLite::Statement& row) {
  int column = -1;
  const auto text = [&] { return row.getColumn(++column).getString(); };
  const auto number = [&] { return row.getColumn(++column).getInt64(); };
  StoredBinding stored;
  registrar::Binding& binding = stored.binding;
  binding.id = registrar::BindingId(static_cast<std::uint64_t>(number()));
  stored.user = text();
  const auto contact = sip::Contact::parse(text());
  auto path = read_path(text());
  auto aor = sip::Uri::parse(text());
  const auto transport = sip::transport_kind(text());
  const auto local = IpAddress::parse(text());
  const auto local_port = static_cast<std::uint16_t>(number());
  const auto remote = IpAddress::parse(text());
  const auto remote_port = static_cast<std::uint16_t>(number());
  const sip::ConnectionId connection(static_cast<std::uint64_t>(number()));
  if (!contact || contact->is_star || !path || !aor || !transport || !local || !remote) return std::nullopt;
  binding.contact = contact->uri;
  binding.parameters = contact->parameters;
  binding.instance = contact->parameters.get("+sip.instance").value_or("");
  binding.path = std::move(*path);
  binding.aor = std::move(*aor);
  binding.flow = {
      .kind = *transport, .local = {*local, local_port}, .remote = {*remote, remote_port}, .connection = connection};
  binding.call_id = text();
  binding.cseq = static_cast<std::uint32_t>(number());
  binding.user_agent = text();
  binding.reg_id = text();
  binding.incarnation = static_cast<std::uint64_t>(number());
  stored.expires = at(number());
  stored.refreshed = at(number());
  stored.password_mark = text();
  return stored;
}

}  // namespace

/// The connection. Its methods throw SQLite::Exception; nothing else of the room does.
class BindingFile::Database {
 public:
  explicit Database(const std::string& path) : connection_(path, kOpenForOneThread, kBusyMilliseconds) {
    connection_.exec("PRAGMA journal_mode = WAL");
    // The log is not flushed at every commit: a power cut takes the last of them and damages nothing.
    connection_.exec("PRAGMA synchronous = NORMAL");
    migrate();
    insert_.emplace(connection_, kInsert);
    remove_.emplace(connection_, "DELETE FROM binding WHERE id = ?1");
  }

  std::vector<StoredBinding> read_all() {
    std::vector<StoredBinding> all;
    SQLite::Statement rows(connection_, kSelect);
    while (rows.executeStep()) {
      if (auto stored = read_row(rows)) all.push_back(std::move(*stored));
    }
    return all;
  }

  void write(const Changes& changes) {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    if (changes.replace_all) connection_.exec("DELETE FROM binding");
    for (const StoredBinding& stored : changes.put) {
      bind_row(*insert_, stored);
      run(*insert_);
    }
    for (const registrar::BindingId id : changes.removed) {
      remove_->bind(1, static_cast<std::int64_t>(id.value()));
      run(*remove_);
    }
    transaction.commit();
  }

 private:
  void migrate() {
    SQLite::Transaction transaction(connection_, SQLite::TransactionBehavior::IMMEDIATE);
    if (connection_.execAndGet("PRAGMA user_version").getInt() == kVersion) return;
    connection_.exec(kTable);
    connection_.exec(fmt::format("PRAGMA user_version = {}", kVersion));
    transaction.commit();
  }

  SQLite::Database connection_;
  /// Prepared once: a third of a write of few registrations was that.
  std::optional<SQLite::Statement> insert_;
  std::optional<SQLite::Statement> remove_;
};

Result<std::unique_ptr<BindingFile>> BindingFile::open(const std::string& path) {
  try {
    return std::unique_ptr<BindingFile>(new BindingFile(path, std::make_unique<Database>(path)));
  } catch (const SQLite::Exception& error) {
    return failed("opening the registrations in {}: {} (delete it: phones register again)", path, error.what());
  }
}

BindingFile::BindingFile(std::string path, std::unique_ptr<Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
BindingFile::~BindingFile() = default;

Result<std::vector<StoredBinding>> BindingFile::read() {
  try {
    return database_->read_all();
  } catch (const SQLite::Exception& error) {
    return failed("reading the registrations in {}: {} (delete it: phones register again)", path_, error.what());
  }
}

Result<void> BindingFile::write(const Changes& changes) {
  try {
    database_->write(changes);
    return {};
  } catch (const SQLite::Exception& error) {
    return failed("writing the registrations to {}: {}", path_, error.what());
  }
}

}  // namespace webcalling::store
