#include "messaging/kept_messages.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::messaging {
namespace {

/// How exactly messages expire.
constexpr Duration kExpiryLook = 1min;

}  // namespace

KeptMessages::KeptMessages(TimerQueue& timers, WallClock wall_clock, const Settings& settings)
    : wall_clock_(std::move(wall_clock)), settings_(settings), expiry_(timers, [this] { expire(); }) {}

std::size_t KeptMessages::restore(const std::vector<KeptEntry>& entries,
                                  const std::function<bool(const std::string&)>& is_known) {
  const WallTime now = wall_clock_();
  for (const KeptEntry& entry : entries) {
    last_id_ = std::max(last_id_, entry.id);
    // The wall clock may have been set back: nothing is kept longer than it is now.
    const WallTime expires = std::min(entry.expires, now + settings_.max_age);
    if (expires <= now || !is_known(entry.recipient)) {
      keeper_->remove(entry.id);
      continue;
    }
    boxes_[entry.recipient].emplace(entry.id, Entry{.expires = expires});
    ++size_;
  }
  look_for_expired_later();
  return size_;
}

Result<MessageId> KeptMessages::keep(const InstantMessage& message, std::optional<std::chrono::seconds> lifetime,
                                     MessageKeeper::OnWritten on_written) {
  if (auto room = check_room(message.recipient); !room) return Failure(std::move(room.error()));
  const auto most = std::chrono::duration_cast<std::chrono::seconds>(settings_.max_age);
  const auto kept_for = std::min(lifetime.value_or(most), most);
  if (kept_for <= std::chrono::seconds{0} || message.is_momentary()) return refused("Only Good At Once");
  const WallTime expires = wall_clock_() + kept_for;
  last_id_ = MessageId(last_id_.value() + 1);
  boxes_[message.recipient].emplace(last_id_, Entry{.expires = expires});
  ++size_;
  look_for_expired_later();
  keeper_->put({.id = last_id_, .message = message, .expires = expires},
               [this, alive = std::weak_ptr(alive_), id = last_id_, recipient = message.recipient,
                on_written = std::move(on_written)](const Result<void>& written) {
                 if (alive.expired()) return;
                 if (!written) erase(recipient, id);
                 on_written(written);
               });
  return last_id_;
}

Result<void> KeptMessages::check_room(const std::string& recipient) const {
  if (keeper_ == nullptr) return refused("Not Registered");
  const auto box = boxes_.find(recipient);
  const bool is_full = box != boxes_.end() && box->second.size() >= settings_.max_kept;
  if (is_full || size_ >= settings_.max_kept_in_all) return refused("Too Many Messages Wait Already");
  return {};
}

void KeptMessages::remove(const std::string& recipient, MessageId id) {
  erase(recipient, id);
  keeper_->remove(id);
}

void KeptMessages::erase(const std::string& recipient, MessageId id) {
  const auto box = boxes_.find(recipient);
  if (box == boxes_.end()) return;
  size_ -= box->second.erase(id);
  if (box->second.empty()) boxes_.erase(box);
  if (size_ == 0) expiry_.stop();
}

void KeptMessages::read(MessageId id, MessageKeeper::OnRead on_read) { keeper_->read(id, std::move(on_read)); }

void KeptMessages::forget(const std::string& recipient) {
  const auto box = boxes_.find(recipient);
  if (box == boxes_.end()) return;
  std::vector<MessageId> ids;
  for (const auto& [id, entry] : box->second) ids.push_back(id);
  for (const MessageId id : ids) remove(recipient, id);
}

void KeptMessages::set_aside(const std::string& recipient, MessageId id) {
  const auto box = boxes_.find(recipient);
  if (box == boxes_.end()) return;
  if (const auto entry = box->second.find(id); entry != box->second.end()) entry->second.set_aside = true;
}

std::optional<MessageId> KeptMessages::next(const std::string& recipient, MessageId after, bool also_set_aside) const {
  const auto box = boxes_.find(recipient);
  if (box == boxes_.end()) return std::nullopt;
  for (auto entry = box->second.upper_bound(after); entry != box->second.end(); ++entry) {
    if (also_set_aside || !entry->second.set_aside) return entry->first;
  }
  return std::nullopt;
}

void KeptMessages::expire() {
  const WallTime now = wall_clock_();
  std::vector<std::pair<std::string, MessageId>> expired;
  for (const auto& [recipient, box] : boxes_) {
    for (const auto& [id, entry] : box) {
      if (entry.expires <= now) expired.emplace_back(recipient, id);
    }
  }
  for (const auto& [recipient, id] : expired) remove(recipient, id);
  look_for_expired_later();
}

void KeptMessages::look_for_expired_later() {
  if (size_ > 0 && !expiry_.running()) expiry_.start(kExpiryLook);
}

}  // namespace webcalling::messaging
