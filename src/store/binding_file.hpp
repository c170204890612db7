#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "registrar/binding_store.hpp"

namespace webcalling::store {

/// The bindings in an SQLite file of their own: it is written all the time, and whoever reads accounts shall not have
/// to look whether those have changed. What a crash of the machine takes with it are the last moments, never the file.
/// Used by one thread at a time.
class BindingFile final : public registrar::BindingStore {
 public:
  /// Opens or makes the file and brings its table up to date.
  static Result<std::unique_ptr<BindingFile>> open(const std::string& path);
  ~BindingFile() override;

  /// A row that cannot be read is left out: its device registers again before long.
  [[nodiscard]] Result<std::vector<registrar::StoredBinding>> read() override;
  [[nodiscard]] Result<void> write(const Changes& changes) override;

 private:
  class Database;
  BindingFile(std::string path, std::unique_ptr<Database> database);

  std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace webcalling::store
