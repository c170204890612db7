#pragma once

#include <string>
#include <utility>
#include <vector>

#include "history/history_store.hpp"

namespace webcalling::history {

/// A history in memory that answers at once, which a real one never does.
class KeeperForTests final : public HistoryKeeper {
 public:
  void put(Entry entry) override {
    entry.id = EntryId(++last_id_);
    entries.push_back(std::move(entry));
  }
  void list(const Query& query, OnListed on_listed) override {
    queries.push_back(query);
    std::vector<Entry> found;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      if (entry->extension == query.extension && found.size() < query.limit) found.push_back(*entry);
    }
    on_listed(answer(std::move(found)));
  }
  void set_note(const std::string& extension, EntryId id, std::string note, OnDone on_done) override {
    for (Entry& entry : entries) {
      if (entry.extension != extension || entry.id != id) continue;
      entry.note = std::move(note);
      return on_done(answer(true));
    }
    on_done(answer(false));
  }
  void remove(const std::string& extension, EntryId id, OnDone on_done) override {
    on_done(answer(std::erase_if(entries, [&](const Entry& entry) {
                     return entry.extension == extension && entry.id == id;
                   }) > 0));
  }
  void clear(const std::string& extension, OnDone on_done) override {
    on_done(answer(std::erase_if(entries, [&](const Entry& entry) { return entry.extension == extension; }) > 0));
  }

  /// Those of one extension, oldest first.
  [[nodiscard]] std::vector<Entry> of(const std::string& extension) const {
    std::vector<Entry> out;
    for (const Entry& entry : entries) {
      if (entry.extension == extension) out.push_back(entry);
    }
    return out;
  }

  std::vector<Entry> entries;
  std::vector<Query> queries;
  bool is_broken = false;

 private:
  template <typename T>
  [[nodiscard]] Result<T> answer(T value) const {
    if (is_broken) return failed("reading the call history: the disk is broken");
    return value;
  }

  std::uint64_t last_id_ = 0;
};

}  // namespace webcalling::history
