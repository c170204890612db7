#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/timer_queue.hpp"
#include "messaging/message_store.hpp"

namespace webcalling::messaging {

/// Keeps messages in memory, and tells so only when time goes on: as slow and as broken as a test wants it.
class KeeperForTests final : public MessageKeeper {
 public:
  explicit KeeperForTests(TimerQueue& timers) : timers_(timers) {}

  void put(KeptMessage message, OnWritten on_written) override {
    if (!is_broken) content.insert_or_assign(message.id, std::move(message));
    later([on_written = std::move(on_written),
           result = is_broken ? Result<void>(failed("the disk is full")) : Result<void>()] { on_written(result); });
  }
  void remove(MessageId id) override { content.erase(id); }
  void read(MessageId id, OnRead on_read) override {
    const auto found = content.find(id);
    auto words = found == content.end() ? std::nullopt : std::optional(found->second.message);
    using Words = Result<std::optional<InstantMessage>>;
    later([on_read = std::move(on_read),
           words = is_broken ? Words(failed("the disk is gone")) : Words(std::move(words))] { on_read(words); });
  }

  [[nodiscard]] std::vector<KeptEntry> list() const {
    std::vector<KeptEntry> entries;
    for (const auto& [id, kept] : content) entries.push_back({id, kept.message.recipient, kept.expires});
    return entries;
  }

  std::map<MessageId, KeptMessage> content;
  bool is_broken = false;
  Duration delay = Duration::zero();

 private:
  void later(std::function<void()> action) { timers_.schedule(timers_.now() + delay, std::move(action)); }

  TimerQueue& timers_;
};

}  // namespace webcalling::messaging
