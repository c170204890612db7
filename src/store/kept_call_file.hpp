#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "call/kept_call.hpp"

namespace webcalling::store {

/// The connected calls in an SQLite file of their own: names of dialogs and of people, no key. What a crash of the
/// machine takes with it are the last moments, never the file. Used by one thread at a time.
class KeptCallFile final : public call::KeptCallStore {
 public:
  /// Opens or makes the file and its tables.
  static Result<std::unique_ptr<KeptCallFile>> open(const std::string& path);
  ~KeptCallFile() override;

  /// A call that cannot be read is left out.
  [[nodiscard]] Result<std::vector<call::KeptCall>> take() override;
  [[nodiscard]] Result<void> write(const Changes& changes) override;

 private:
  class Database;
  KeptCallFile(std::string path, std::unique_ptr<Database> database);

  std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace webcalling::store
