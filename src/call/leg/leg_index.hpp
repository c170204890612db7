#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "media/session/leg_settings.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling::call {

class Leg;

/// Finds the leg that a request, a transaction or a media event is for. Holds no leg alive: one that is gone is not
/// found.
class LegIndex {
 public:
  /// Called whenever a leg's dialog left, while the leg is still changing: only to schedule a look for calls that are
  /// over.
  void set_on_dialog_removed(std::function<void()> action) { on_dialog_removed_ = std::move(action); }

  void add_dialog(const std::string& call_id, const std::string& local_tag, std::weak_ptr<Leg> leg);
  void add_transaction(sip::ServerTransactionId transaction, std::weak_ptr<Leg> leg);
  void add_media(media::LegId media, std::weak_ptr<Leg> leg);

  [[nodiscard]] std::shared_ptr<Leg> find_dialog(const std::string& call_id, const std::string& local_tag) const;
  [[nodiscard]] std::shared_ptr<Leg> find(sip::ServerTransactionId transaction) const;
  [[nodiscard]] std::shared_ptr<Leg> find(media::LegId media) const;

  void remove_dialog(const std::string& call_id, const std::string& local_tag);
  void remove(sip::ServerTransactionId transaction) { transactions_.erase(transaction); }
  void remove(media::LegId media) { media_.erase(media); }

  /// Entries of all three kinds: zero when no call is up.
  [[nodiscard]] std::size_t size() const { return dialogs_.size() + transactions_.size() + media_.size(); }

 private:
  std::function<void()> on_dialog_removed_ = [] {};
  std::map<std::pair<std::string, std::string>, std::weak_ptr<Leg>> dialogs_;
  std::unordered_map<sip::ServerTransactionId, std::weak_ptr<Leg>> transactions_;
  std::unordered_map<media::LegId, std::weak_ptr<Leg>> media_;
};

}  // namespace webcalling::call
