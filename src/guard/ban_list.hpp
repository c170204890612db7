#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "guard/ban.hpp"
#include "guard/ban_store.hpp"
#include "guard/keyed_hash.hpp"

namespace webcalling::guard {

/// Who is shut out, for how long, and who was: the next ban of the same source is longer. Bounded: bans that are over
/// are forgotten for new ones, those that hold never, not even for new ones.
class BanList {
 public:
  struct Lengths {
    Duration first = 5min;
    Duration longest = 7 * 24h;
  };
  struct Now {
    TimePoint time;
    WallTime wall;
  };

  BanList(std::size_t capacity, Lengths lengths, Random& random)
      : capacity_(capacity), lengths_(lengths), entries_(16, KeyedHash(random)) {}

  void set_journal(BanJournal& journal) { journal_ = &journal; }

  /// Bans for a time that grows with repetition; null if the list is full of bans that hold. Valid until the next call.
  const Ban* add(const Network& source, std::string reason, const Now& now);
  /// Bans, or changes the ban, as somebody else has decided; the journal hears nothing of it.
  void restore(const Ban& ban, const Now& now);
  /// The next ban will be the first again; the journal hears nothing of it. False if it is not in the list.
  bool forget(const Network& source);

  [[nodiscard]] bool holds(const Network& source, TimePoint now) const;
  /// How many hold.
  [[nodiscard]] std::size_t active(TimePoint now) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// All, those that are over as well.
  [[nodiscard]] std::vector<Ban> all() const;

 private:
  struct Entry {
    Ban ban;
    TimePoint ends;
  };
  struct Hash {
    KeyedHash keyed;
    Hash(KeyedHash hash) : keyed(hash) {}  // NOLINT(google-explicit-constructor): the table's argument
    std::size_t operator()(const IpAddress& address) const { return keyed(address); }
  };

  [[nodiscard]] Duration length(unsigned count) const;
  /// Makes room by forgetting what is over; false if there is nothing.
  bool make_room(TimePoint now);
  void put(const Ban& ban, TimePoint ends);
  void erase(const IpAddress& address);

  std::size_t capacity_;
  Lengths lengths_;
  std::unordered_map<IpAddress, Entry, Hash> entries_;
  /// What ends first comes first.
  std::set<std::pair<TimePoint, IpAddress>> by_end_;
  BanJournal* journal_ = nullptr;
};

}  // namespace webcalling::guard
