#pragma once

#include <memory>
#include <string>

#include "guard/ban_store.hpp"

namespace webcalling::store {

/// The bans in an SQLite file of their own, which the server and the command line may change at the same time. Used by
/// one thread at a time.
class BanFile final : public guard::BanStore {
 public:
  /// Opens or makes the file and brings its table up to date.
  static Result<std::unique_ptr<BanFile>> open(const std::string& path);
  ~BanFile() override;

  /// A row that cannot be read is left out. In no order.
  [[nodiscard]] Result<std::vector<guard::Ban>> read() override;
  [[nodiscard]] Result<void> write(const Changes& changes) override;
  [[nodiscard]] Result<std::optional<std::vector<guard::Ban>>> read_if_changed() override;

 private:
  class Database;
  BanFile(std::string path, std::unique_ptr<Database> database);

  std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace webcalling::store
