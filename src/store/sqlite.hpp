#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace webcalling::store {

/// For connections that one thread uses at a time: SQLite need not lock for every call.
inline const int kOpenForOneThread = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX;

/// Runs a prepared statement that gives no rows; afterwards, even if it has failed, it can be bound and run again.
/// Throws SQLite::Exception.
inline void run(SQLite::Statement& statement) {
  try {
    statement.exec();
  } catch (const SQLite::Exception&) {
    statement.tryReset();
    throw;
  }
  statement.reset();
}

}  // namespace webcalling::store
