#include "call/leg/leg_index.hpp"

#include <utility>

namespace webcalling::call {
namespace {

template <typename Map, typename Key>
std::shared_ptr<Leg> find_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second.lock();
}

}  // namespace

void LegIndex::add_dialog(const std::string& call_id, const std::string& local_tag, std::weak_ptr<Leg> leg) {
  dialogs_.insert_or_assign({call_id, local_tag}, std::move(leg));
}

void LegIndex::add_transaction(sip::ServerTransactionId transaction, std::weak_ptr<Leg> leg) {
  transactions_.insert_or_assign(transaction, std::move(leg));
}

void LegIndex::add_media(media::LegId media, std::weak_ptr<Leg> leg) { media_.insert_or_assign(media, std::move(leg)); }

std::shared_ptr<Leg> LegIndex::find_dialog(const std::string& call_id, const std::string& local_tag) const {
  return find_in(dialogs_, std::pair(call_id, local_tag));
}

std::shared_ptr<Leg> LegIndex::find(sip::ServerTransactionId transaction) const {
  return find_in(transactions_, transaction);
}

std::shared_ptr<Leg> LegIndex::find(media::LegId media) const { return find_in(media_, media); }

void LegIndex::remove_dialog(const std::string& call_id, const std::string& local_tag) {
  dialogs_.erase({call_id, local_tag});
  on_dialog_removed_();
}

}  // namespace webcalling::call
