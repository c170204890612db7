#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/entry.hpp"

namespace webcalling::history {

/// Where the history is kept, as signalling and pages see it: nothing waits for a disk. Calls take effect in their
/// order; what they have to tell comes later on the same thread, never from inside a call. Implemented by server/.
class HistoryKeeper {
 public:
  using OnListed = std::function<void(const Result<std::vector<Entry>>&)>;
  /// Whether there was something to do it to.
  using OnDone = std::function<void(const Result<bool>&)>;

  virtual ~HistoryKeeper() = default;
  virtual void put(Entry entry) = 0;
  virtual void list(const Query& query, OnListed on_listed) = 0;
  /// Of an entry of this extension, as are the others.
  virtual void set_note(const std::string& extension, EntryId id, std::string note, OnDone on_done) = 0;
  virtual void remove(const std::string& extension, EntryId id, OnDone on_done) = 0;
  virtual void clear(const std::string& extension, OnDone on_done) = 0;
};

/// The same with a disk: its calls may take their time. Implemented by store/.
class HistoryStore {
 public:
  virtual ~HistoryStore() = default;
  /// All of them or none; the oldest of an extension that has too many are forgotten.
  [[nodiscard]] virtual Result<void> write(const std::vector<Entry>& entries) = 0;
  [[nodiscard]] virtual Result<std::vector<Entry>> list(const Query& query) = 0;
  [[nodiscard]] virtual Result<bool> set_note(const std::string& extension, EntryId id, const std::string& note) = 0;
  [[nodiscard]] virtual Result<bool> remove(const std::string& extension, EntryId id) = 0;
  [[nodiscard]] virtual Result<bool> clear(const std::string& extension) = 0;
};

}  // namespace webcalling::history
