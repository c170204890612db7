#include "store/migrate.hpp"

#include <fmt/format.h>

namespace webcalling::store {

void migrate(SQLite::Database& connection, std::span<const char* const> steps) {
  SQLite::Transaction transaction(connection, SQLite::TransactionBehavior::IMMEDIATE);
  const int version = connection.execAndGet("PRAGMA user_version").getInt();
  const int newest = static_cast<int>(steps.size());
  // Nothing of ours writes a negative one.
  if (version < 0 || version > newest) throw SQLite::Exception("it was written by a newer WebCalling, or damaged");
  for (const char* step : steps.subspan(static_cast<std::size_t>(version))) connection.exec(step);
  connection.exec(fmt::format("PRAGMA user_version = {}", newest));
  transaction.commit();
}

}  // namespace webcalling::store
