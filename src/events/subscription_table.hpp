#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/subscription.hpp"

namespace webcalling::events {

/// All subscriptions, found by what one may know of them. The lists that it gives are copies: what is done with one
/// subscription may remove it, or another.
class SubscriptionTable {
 public:
  using Entry = std::shared_ptr<Subscription>;
  using Entries = std::vector<Entry>;

  void add(const Entry& subscription);
  void remove(const Subscription& subscription);
  /// Its dialog goes over another flow now.
  void move(const Subscription& subscription, const sip::Flow& from);

  /// Null if there is none.
  [[nodiscard]] Entry find_dialog(const sip::DialogId& id) const;
  /// Those about an extension.
  [[nodiscard]] Entries about(const std::string& extension) const { return collect(by_subject_, extension); }
  /// Those of an extension.
  [[nodiscard]] Entries of(const std::string& watcher) const { return collect(by_watcher_, watcher); }
  [[nodiscard]] Entries over(sip::ConnectionId connection) const { return collect(by_connection_, connection); }
  [[nodiscard]] Entries all() const;
  [[nodiscard]] std::size_t count_of(const std::string& watcher) const;
  [[nodiscard]] std::size_t size() const { return by_dialog_.size(); }

 private:
  using Ids = std::set<sip::DialogId>;

  template <typename Index, typename Key>
  [[nodiscard]] Entries collect(const Index& index, const Key& key) const;

  std::map<sip::DialogId, Entry> by_dialog_;
  std::map<std::string, Ids> by_subject_;
  std::map<std::string, Ids> by_watcher_;
  /// Of connections alone: datagrams have none.
  std::unordered_map<sip::ConnectionId, Ids> by_connection_;
};

}  // namespace webcalling::events
