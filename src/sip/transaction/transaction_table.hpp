#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <unordered_map>
#include <utility>

#include "sip/transaction/transaction_key.hpp"

namespace webcalling::sip {

/// Owns transactions and finds them by what stands in a message or by the id their user holds. A transaction stays at
/// its place in memory until it is erased.
template <typename Id, typename Transaction>
class TransactionTable {
 public:
  /// `make(id)` gives the new transaction as a unique_ptr.
  template <typename Make>
  Id add(const TransactionKey& key, Make&& make) {
    const Id id{++last_id_};
    const TransactionKey* kept = keep_key(key, id);
    rows_.emplace(id, Row{kept, make(id)});
    return id;
  }

  [[nodiscard]] Transaction* find(Id id) {
    const auto row = rows_.find(id);
    return row == rows_.end() ? nullptr : row->second.transaction.get();
  }

  [[nodiscard]] Id find_id(const TransactionKey& key) const {
    const auto id = ids_.find(key);
    return id == ids_.end() ? Id{0} : id->second;
  }

  void erase(Id id) {
    const auto row = rows_.find(id);
    if (row == rows_.end()) return;
    forget_key(row->second);
    rows_.erase(row);
  }

  /// From now on the transaction is found by another key.
  void rename(Id id, const TransactionKey& key) {
    const auto row = rows_.find(id);
    if (row == rows_.end()) return;
    forget_key(row->second);
    row->second.key = keep_key(key, id);
  }

  /// With each id and its transaction; nothing may be added or erased from inside.
  template <typename Action>
  void for_each(Action&& action) {
    for (auto& [id, row] : rows_) action(id, *row.transaction);
  }

  template <typename Predicate>
  [[nodiscard]] std::size_t count_if(Predicate&& predicate) const {
    return static_cast<std::size_t>(std::count_if(
        rows_.begin(), rows_.end(), [&](const auto& entry) { return predicate(*entry.second.transaction); }));
  }

  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    /// In `ids_`; none if another transaction has the same, which is found by it then.
    const TransactionKey* key = nullptr;
    std::unique_ptr<Transaction> transaction;
  };

  const TransactionKey* keep_key(const TransactionKey& key, Id id) {
    const auto [entry, is_new] = ids_.emplace(key, id);
    return is_new ? &entry->first : nullptr;
  }

  void forget_key(const Row& row) {
    if (row.key != nullptr) ids_.erase(ids_.find(*row.key));
  }

  std::uint64_t last_id_ = 0;
  std::unordered_map<Id, Row> rows_;
  std::unordered_map<TransactionKey, Id> ids_;
};

}  // namespace webcalling::sip
