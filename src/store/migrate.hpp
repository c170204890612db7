#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <span>

namespace webcalling::store {

/// Brings the tables of a file to their newest version, all at once or not at all. Each step leads from the version that
/// is its index to the next. Never change one that has been released.
///
/// Throws SQLite::Exception if it cannot, or if the file was written by a newer WebCalling.
void migrate(SQLite::Database& connection, std::span<const char* const> steps);

}  // namespace webcalling::store
