#pragma once

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/history_store.hpp"

namespace webcalling::store {

/// The calls of all extensions in an SQLite file of their own, for each the last ones. Used by one thread at a time.
class CallHistoryFile final : public history::HistoryStore {
 public:
  /// Opens or makes the file and its table. `max_entries` of one extension are kept,
  /// and up to a tenth more.
  static Result<std::unique_ptr<CallHistoryFile>> open(const std::string& path, std::size_t max_entries);
  ~CallHistoryFile() override;

  /// Forgets the calls of all others: an account may have been removed while nobody was there to be told.
  [[nodiscard]] Result<void> keep_only(const std::set<std::string>& extensions);

  [[nodiscard]] Result<void> write(const std::vector<history::Entry>& entries) override;
  [[nodiscard]] Result<std::vector<history::Entry>> list(const history::Query& query) override;
  [[nodiscard]] Result<bool> set_note(const std::string& extension, history::EntryId id,
                                      const std::string& note) override;
  [[nodiscard]] Result<bool> remove(const std::string& extension, history::EntryId id) override;
  [[nodiscard]] Result<bool> clear(const std::string& extension) override;

 private:
  class Database;
  CallHistoryFile(std::string path, std::unique_ptr<Database> database);

  template <typename Work>
  [[nodiscard]] auto attempt(std::string_view doing, const Work& work) -> Result<decltype(work())>;

  std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace webcalling::store
