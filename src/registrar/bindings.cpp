#include "registrar/bindings.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "registrar/way.hpp"

namespace webcalling::registrar {
namespace {

constexpr Duration kLostMemory = 1min;

WallTime::duration on_the_wall(Duration duration) { return std::chrono::duration_cast<WallTime::duration>(duration); }

}  // namespace

Bindings::Bindings(TimerQueue& timers, Random& random, WallClock wall_clock, std::size_t most_of_one_user)
    : timers_(timers),
      random_(random),
      wall_clock_(std::move(wall_clock)),
      most_of_one_user_(most_of_one_user),
      delivery_(timers, [this] { deliver(); }) {}

void Bindings::put(const std::string& user, Binding binding) {
  Record& record = record_of(user);
  binding.refreshed = timers_.now();
  set_incarnation(user, record, binding);
  const auto known = std::find_if(record.bindings.begin(), record.bindings.end(),
                                  [&](const Binding& other) { return is_same_binding(other, binding); });
  const bool is_known = known != record.bindings.end();
  const bool is_refresh = is_known && known->flow == binding.flow;
  binding.id = is_known ? known->id : BindingId(++last_id_);
  if (is_known) {
    // To the front, where its newer self takes its place.
    std::rotate(record.bindings.begin(), known, std::next(known));
    record.bindings.front() = binding;
  } else {
    record.bindings.insert(record.bindings.begin(), binding);
  }

  if (binding.flow.connection != sip::ConnectionId{0}) users_of_connection_[binding.flow.connection].insert(user);
  write_down(user, binding);
  if (!is_refresh) {
    record.lost_at.reset();
    tell(Change::Registered, user, binding);
  }
  if (record.bindings.size() > most_of_one_user_) {
    const BindingId oldest = record.bindings.back().id;
    remove_if(user, record, [oldest](const Binding& other) { return other.id == oldest; });
  }
  settle(user);
}

/// RFC 5627 section 3.2: temporary GRUUs are good until the instance is gone, or registers with another Call-ID. Flows
/// of one device have Call-IDs of their own.
void Bindings::set_incarnation(const std::string& user, Record& record, Binding& binding) {
  if (binding.instance.empty()) return;
  std::uint64_t current = 0;
  bool is_over = false;
  for (const Binding& other : record.bindings) {
    if (!is_same_instance(other, binding)) continue;
    current = other.incarnation;
    is_over = is_over || (other.reg_id == binding.reg_id && other.call_id != binding.call_id);
  }
  binding.incarnation = current;
  if (current != 0 && !is_over) return;

  users_of_incarnation_.erase(current);
  while (binding.incarnation == current) binding.incarnation = random_.u64();
  users_of_incarnation_.emplace(binding.incarnation, user);
  for (Binding& other : record.bindings) {
    if (!is_same_instance(other, binding)) continue;
    other.incarnation = binding.incarnation;
    write_down(user, other);
  }
}

void Bindings::remove_if(const std::string& user, const Predicate& predicate) {
  remove_if(user, record_of(user), predicate);
  settle(user);
}

void Bindings::remove_if(const std::string& user, Record& record, const Predicate& predicate) {
  const auto first = std::stable_partition(record.bindings.begin(), record.bindings.end(), std::not_fn(predicate));
  const std::vector<Binding> gone(std::make_move_iterator(first), std::make_move_iterator(record.bindings.end()));
  record.bindings.erase(first, record.bindings.end());
  for (const Binding& binding : gone) end(user, record, binding);
}

void Bindings::end(const std::string& user, const Record& record, const Binding& binding) {
  const bool is_last = std::none_of(record.bindings.begin(), record.bindings.end(),
                                    [&](const Binding& other) { return other.incarnation == binding.incarnation; });
  if (is_last) users_of_incarnation_.erase(binding.incarnation);
  if (journal_ != nullptr) journal_->remove(binding.id);
  tell(Change::Unregistered, user, binding);
}

void Bindings::remove_user(const std::string& user) {
  Record& record = record_of(user);
  remove_if(user, record, [](const Binding&) { return true; });
  record.lost_at.reset();
  settle(user);
}

void Bindings::remove_connection(sip::ConnectionId connection) {
  const auto users = users_of_connection_.extract(connection);
  if (users.empty()) return;
  for (const std::string& user : users.mapped()) {
    Record& record = record_of(user);
    for (Binding& binding : record.bindings) {
      // A proxy closes its connections when they are idle, and the device behind it does not even know.
      if (binding.flow.connection != connection || binding.path.empty()) continue;
      binding.flow = way_without_connection(binding).value_or(binding.flow);
      write_down(user, binding);
    }
    const auto before = record.bindings.size();
    remove_if(user, record, [&](const Binding& binding) { return binding.flow.connection == connection; });
    if (record.bindings.size() < before) record.lost_at = timers_.now();
    settle(user);
  }
}

std::size_t Bindings::adopt_connection(const std::string& user, const sip::Flow& flow, const Endpoint& listening) {
  const auto known = records_.find(user);
  if (known == records_.end() || listening.address != flow.remote.address) return 0;
  std::size_t adopted = 0;
  for (Binding& binding : known->second.bindings) {
    // A way to a server by its name is for that server alone, and an address proves no name (RFC 5923 section 8).
    const bool is_way_there = binding.flow.kind == flow.kind && binding.flow.connection == sip::ConnectionId{0} &&
                              binding.flow.remote == listening && binding.flow.server_name.empty();
    if (!is_way_there) continue;
    binding.flow = flow;
    users_of_connection_[flow.connection].insert(user);
    write_down(user, binding);
    ++adopted;
  }
  return adopted;
}

std::size_t Bindings::restore(std::vector<StoredBinding> stored) {
  std::sort(stored.begin(), stored.end(), [](const auto& a, const auto& b) { return a.refreshed > b.refreshed; });
  const WallTime now = wall_clock_();
  std::size_t usable = 0;
  for (const StoredBinding& each : stored) {
    last_id_ = std::max(last_id_, each.binding.id.value());
    if (restore(each, now)) ++usable;
    settle(each.user);
  }
  return usable;
}

bool Bindings::restore(const StoredBinding& stored, WallTime now) {
  Record& record = record_of(stored.user);
  // The wall clock may have been set back: nothing lives longer than it was granted.
  const auto left = std::min(stored.expires - now, stored.expires - stored.refreshed);
  if (left <= WallTime::duration::zero() || record.bindings.size() >= most_of_one_user_) return false;
  const auto way = way_without_connection(stored.binding);
  if (!way) {
    record.lost_at = timers_.now();
    return false;
  }
  Binding binding = stored.binding;
  binding.flow = *way;
  binding.expires = timers_.now() + left;
  binding.refreshed = timers_.now() - (now - stored.refreshed);
  if (binding.incarnation != 0) users_of_incarnation_.emplace(binding.incarnation, stored.user);
  record.bindings.push_back(std::move(binding));
  return true;
}

std::vector<Binding> Bindings::find(std::string_view user) const {
  const auto record = records_.find(user);
  if (record == records_.end()) return {};
  std::vector<Binding> live;
  for (const Binding& binding : record->second.bindings) {
    if (binding.expires > timers_.now()) live.push_back(binding);
  }
  return live;
}

bool Bindings::has_any(std::string_view user, const Predicate& predicate) const {
  const auto record = records_.find(user);
  if (record == records_.end()) return false;
  const auto& all = record->second.bindings;
  return std::any_of(all.begin(), all.end(),
                     [&](const Binding& binding) { return binding.expires > timers_.now() && predicate(binding); });
}

std::vector<Binding> Bindings::find(std::uint64_t incarnation) const {
  const auto user = users_of_incarnation_.find(incarnation);
  if (user == users_of_incarnation_.end()) return {};
  auto bindings = find(user->second);
  std::erase_if(bindings, [=](const Binding& binding) { return binding.incarnation != incarnation; });
  return bindings;
}

bool Bindings::recently_lost(std::string_view user, Duration within) const {
  const auto record = records_.find(user);
  if (record == records_.end() || !record->second.lost_at) return false;
  return timers_.now() - *record->second.lost_at < within;
}

std::size_t Bindings::size() const {
  std::size_t count = 0;
  for (const auto& [user, record] : records_) count += record.bindings.size();
  return count;
}

std::vector<StoredBinding> Bindings::snapshot() const {
  std::vector<StoredBinding> all;
  for (const auto& [user, record] : records_) {
    for (const Binding& binding : record.bindings) all.push_back(describe(user, binding));
  }
  return all;
}

Bindings::Record& Bindings::record_of(const std::string& user) {
  return records_.try_emplace(user, timers_, [this, user] { expire(user); }).first->second;
}

void Bindings::expire(const std::string& user) {
  Record& record = record_of(user);
  const TimePoint now = timers_.now();
  remove_if(user, record, [now](const Binding& binding) { return binding.expires <= now; });
  if (record.lost_at && *record.lost_at + kLostMemory <= now) record.lost_at.reset();
  settle(user);
}

void Bindings::settle(const std::string& user) {
  Record& record = record_of(user);
  std::optional<TimePoint> next;
  if (record.lost_at) next = *record.lost_at + kLostMemory;
  for (const Binding& binding : record.bindings) next = std::min(next.value_or(binding.expires), binding.expires);
  if (next) {
    record.deadline.start(*next - timers_.now());
  } else {
    records_.erase(user);
  }
}

void Bindings::write_down(const std::string& user, const Binding& binding) {
  if (journal_ != nullptr) journal_->put(describe(user, binding));
}

StoredBinding Bindings::describe(const std::string& user, const Binding& binding) const {
  const WallTime now = wall_clock_();
  return {.user = user,
          .binding = binding,
          .expires = now + on_the_wall(binding.expires - timers_.now()),
          .refreshed = now + on_the_wall(binding.refreshed - timers_.now()),
          .password_mark = {}};
}

void Bindings::tell(Change change, const std::string& user, const Binding& binding) {
  if (listener_ == nullptr) return;
  events_.push_back({change, user, binding});
  if (!delivery_.running()) delivery_.start(0s);
}

void Bindings::deliver() {
  for (const Event& event : std::exchange(events_, {})) {
    switch (event.change) {
      case Change::Registered: listener_->on_registered(event.user, event.binding); break;
      case Change::Unregistered: listener_->on_unregistered(event.user, event.binding); break;
    }
  }
}

}  // namespace webcalling::registrar
