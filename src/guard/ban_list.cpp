#include "guard/ban_list.hpp"

#include <algorithm>
#include <iterator>

namespace webcalling::guard {
namespace {

constexpr int kGrowth = 4;

}  // namespace

const Ban* BanList::add(const Network& source, std::string reason, const Now& now) {
  unsigned count = 1;
  if (const auto known = entries_.find(source.address()); known != entries_.end()) {
    const bool is_forgiven = known->second.ends + lengths_.longest < now.time;
    if (!is_forgiven) count = known->second.ban.count + 1;
  } else if (!make_room(now.time)) {
    return nullptr;
  }
  const Duration time = length(count);
  put({.source = source,
       .reason = std::move(reason),
       .since = now.wall,
       .until = now.wall + std::chrono::ceil<WallTime::duration>(time),
       .count = count},
      now.time + time);
  const Ban& ban = entries_.at(source.address()).ban;
  if (journal_ != nullptr) journal_->put(ban);
  return &ban;
}

void BanList::restore(const Ban& ban, const Now& now) {
  // As far off as it is by the wall clock; a wrong clock must not make it last for ever, nor overflow.
  const auto far = std::chrono::duration_cast<WallTime::duration>(10 * lengths_.longest);
  const auto rest = std::clamp(ban.until - now.wall, -far, far);
  if (!entries_.contains(ban.source.address()) && !make_room(now.time)) return;
  put(ban, now.time + rest);
}

bool BanList::forget(const Network& source) {
  if (!entries_.contains(source.address())) return false;
  erase(source.address());
  return true;
}

bool BanList::holds(const Network& source, TimePoint now) const {
  const auto entry = entries_.find(source.address());
  return entry != entries_.end() && entry->second.ends > now;
}

std::size_t BanList::active(TimePoint now) const {
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(), [now](const auto& entry) { return entry.second.ends > now; }));
}

std::vector<Ban> BanList::all() const {
  std::vector<Ban> bans;
  for (const auto& [address, entry] : entries_) bans.push_back(entry.ban);
  return bans;
}

Duration BanList::length(unsigned count) const {
  Duration time = lengths_.first;
  for (unsigned i = 1; i < count && time < lengths_.longest; ++i) time *= kGrowth;
  return std::min(time, lengths_.longest);
}

bool BanList::make_room(TimePoint now) {
  if (entries_.size() < capacity_) return true;
  if (by_end_.empty() || by_end_.begin()->first > now) return false;
  const Network oldest = entries_.at(by_end_.begin()->second).ban.source;
  erase(oldest.address());
  if (journal_ != nullptr) journal_->remove(oldest);
  return true;
}

void BanList::put(const Ban& ban, TimePoint ends) {
  erase(ban.source.address());
  entries_.emplace(ban.source.address(), Entry{ban, ends});
  by_end_.emplace(ends, ban.source.address());
}

void BanList::erase(const IpAddress& address) {
  const auto entry = entries_.find(address);
  if (entry == entries_.end()) return;
  by_end_.erase({entry->second.ends, address});
  entries_.erase(entry);
}

}  // namespace webcalling::guard
