#include "events/subscription_table.hpp"

namespace webcalling::events {
namespace {

template <typename Index, typename Key>
void erase_from(Index& index, const Key& key, const sip::DialogId& id) {
  const auto found = index.find(key);
  if (found == index.end()) return;
  found->second.erase(id);
  if (found->second.empty()) index.erase(found);
}

}  // namespace

void SubscriptionTable::add(const Entry& subscription) {
  const auto& id = subscription->dialog().id();
  by_dialog_.emplace(id, subscription);
  by_subject_[subscription->subject().extension].insert(id);
  by_watcher_[subscription->watcher()].insert(id);
  move(*subscription, {});
}

void SubscriptionTable::remove(const Subscription& subscription) {
  // A copy: the subscription may go with its last entry.
  const auto id = subscription.dialog().id();
  erase_from(by_subject_, subscription.subject().extension, id);
  erase_from(by_watcher_, subscription.watcher(), id);
  erase_from(by_connection_, subscription.dialog().flow().connection, id);
  by_dialog_.erase(id);
}

void SubscriptionTable::move(const Subscription& subscription, const sip::Flow& from) {
  const auto& id = subscription.dialog().id();
  const auto connection = subscription.dialog().flow().connection;
  erase_from(by_connection_, from.connection, id);
  if (connection != sip::ConnectionId{0}) by_connection_[connection].insert(id);
}

SubscriptionTable::Entry SubscriptionTable::find_dialog(const sip::DialogId& id) const {
  const auto found = by_dialog_.find(id);
  return found == by_dialog_.end() ? nullptr : found->second;
}

SubscriptionTable::Entries SubscriptionTable::all() const {
  Entries entries;
  for (const auto& [id, subscription] : by_dialog_) entries.push_back(subscription);
  return entries;
}

std::size_t SubscriptionTable::count_of(const std::string& watcher) const {
  const auto found = by_watcher_.find(watcher);
  return found == by_watcher_.end() ? 0 : found->second.size();
}

template <typename Index, typename Key>
SubscriptionTable::Entries SubscriptionTable::collect(const Index& index, const Key& key) const {
  Entries entries;
  const auto found = index.find(key);
  if (found == index.end()) return entries;
  for (const auto& id : found->second) entries.push_back(by_dialog_.at(id));
  return entries;
}

template SubscriptionTable::Entries SubscriptionTable::collect(const std::map<std::string, Ids>& index,
                                                               const std::string& key) const;
template SubscriptionTable::Entries SubscriptionTable::collect(const std::unordered_map<sip::ConnectionId, Ids>& index,
                                                               const sip::ConnectionId& key) const;

}  // namespace webcalling::events
