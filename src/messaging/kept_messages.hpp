#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "messaging/message_store.hpp"
#include "messaging/settings.hpp"

namespace webcalling::messaging {

/// What is kept for whom, within its limits and until it expires. The words lie in the keeper; here is only what must
/// be known at once.
class KeptMessages {
 public:
  using WallClock = std::function<WallTime()>;

  KeptMessages(TimerQueue& timers, WallClock wall_clock, const Settings& settings);

  /// Without one nothing can be kept.
  void set_keeper(MessageKeeper& keeper) { keeper_ = &keeper; }
  /// What an earlier run has written down, before anything else happens; of the mailboxes that `is_known` those
  /// messages that are still good. The rest is removed. Gives how many there are.
  std::size_t restore(const std::vector<KeptEntry>& entries, const std::function<bool(const std::string&)>& is_known);

  /// Refused if there is no room for it, or it would expire at once. `on_written` comes later, and is the time to
  /// believe it.
  [[nodiscard]] Result<MessageId> keep(const InstantMessage& message, std::optional<std::chrono::seconds> lifetime,
                                       MessageKeeper::OnWritten on_written);
  void remove(const std::string& recipient, MessageId id);
  /// The words; nothing if they are gone.
  void read(MessageId id, MessageKeeper::OnRead on_read);
  /// Everything that is kept for this extension goes.
  void forget(const std::string& recipient);

  /// No phone that heard it could show it: it waits for another one, and holds up nothing that came after it.
  void set_aside(const std::string& recipient, MessageId id);
  /// The first after `after`, in the order in which they came.
  [[nodiscard]] std::optional<MessageId> next(const std::string& recipient, MessageId after, bool also_set_aside) const;
  /// True if something waits that no phone has refused for good.
  [[nodiscard]] bool holds_up(const std::string& recipient) const {
    return next(recipient, MessageId{0}, false).has_value();
  }
  [[nodiscard]] bool has(const std::string& recipient) const { return boxes_.contains(recipient); }

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Entry {
    WallTime expires;
    bool set_aside = false;
  };
  using Box = std::map<MessageId, Entry>;

  [[nodiscard]] Result<void> check_room(const std::string& recipient) const;
  void erase(const std::string& recipient, MessageId id);
  void expire();
  void look_for_expired_later();

  WallClock wall_clock_;
  Settings settings_;
  MessageKeeper* keeper_ = nullptr;
  MessageId last_id_;
  std::map<std::string, Box, std::less<>> boxes_;
  std::size_t size_ = 0;
  Timer expiry_;
  /// What the keeper tells must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace webcalling::messaging
