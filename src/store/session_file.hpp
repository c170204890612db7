#pragma once

#include <memory>
#include <string>
#include <vector>

#include "account/session.hpp"
#include "base/result.hpp"

namespace webcalling::store {

/// Who is signed in with a page, in an SQLite file of its own. Used by one thread at a time.
class SessionFile final : public account::SessionStore {
 public:
  /// Opens or makes the file and its tables.
  static Result<std::unique_ptr<SessionFile>> open(const std::string& path);
  ~SessionFile() override;

  [[nodiscard]] Result<std::vector<account::Session>> read() override;
  [[nodiscard]] Result<void> write(const Changes& changes) override;

 private:
  class Database;
  SessionFile(std::string path, std::unique_ptr<Database> database);

  std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace webcalling::store
