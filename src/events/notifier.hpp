#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/event_wish.hpp"
#include "events/package.hpp"
#include "events/settings.hpp"
#include "events/subscription_table.hpp"
#include "events/surroundings.hpp"

namespace webcalling::events {

/// Serves SUBSCRIBE (RFC 6665): who may watch what, for how long, and who is told when something changes. Knows nothing
/// of passwords: who a SUBSCRIBE comes from was found out before.
class Notifier {
 public:
  Notifier(Surroundings surroundings, Settings settings);
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  /// Lent for the life of the notifier; before the first SUBSCRIBE.
  void add_package(const Package& package) { packages_.push_back(&package); }

  /// Whom a new SUBSCRIBE comes from, and whom it is about.
  struct Parties {
    std::string watcher;
    /// The user part of the Request-URI, as the extension it stands for.
    std::string extension;
    /// There is such an extension.
    bool exists = false;
  };
  /// A SUBSCRIBE that `watcher` has proved to have sent: answered with 200, or 400, 403, 404, 406, 423, 489.
  void receive(const sip::Request& subscribe, const sip::Flow& flow, const Parties& parties);
  /// A request with a To tag: false if it belongs to no subscription.
  [[nodiscard]] bool receive_in_dialog(const sip::Request& request, const sip::Flow& flow);

  /// What this package tells of the extension may have changed.
  void note_change(std::string_view event, const std::string& extension);

  /// Its subscriptions had no other way.
  void remove_connection(sip::ConnectionId connection);
  /// The account is gone or has a new password: its subscriptions end, and with the account those about it.
  void remove_user(const std::string& extension, bool is_gone);
  /// The server stops.
  void end_all();

  [[nodiscard]] std::size_t size() const { return table_.size(); }
  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  [[nodiscard]] const Package* find_package(std::string_view event) const;
  void refresh(const std::shared_ptr<Subscription>& subscription, const sip::Request& subscribe,
               const sip::Flow& flow);
  void make_room(const std::string& watcher);
  void remove_over(const Subscription& subscription, EndReason reason);
  void respond(const sip::Request& request, const sip::Flow& flow, sip::Response response);
  void refuse(const sip::Request& request, const sip::Flow& flow, const sip::Rejection& rejection);

  Surroundings house_;
  Settings settings_;
  std::vector<const Package*> packages_;
  SubscriptionTable table_;
};

}  // namespace webcalling::events
