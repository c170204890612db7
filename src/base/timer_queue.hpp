#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace webcalling {

/// The time of one loop as its objects see it: what time it is, and what is to happen later. The driver (an event loop,
/// or a test) moves time forward with advance(); nothing in here reads a clock. Not thread-safe: one loop owns it.
class TimerQueue {
 public:
  /// Identifies one scheduled action; never used again after it fired or was cancelled.
  struct Key {
    std::size_t slot;
    std::uint64_t id;
  };

  explicit TimerQueue(TimePoint now) : now_(now) {}
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  [[nodiscard]] TimePoint now() const { return now_; }

  /// When advance() has something to do next; nothing if no action is scheduled.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const;

  /// Moves time to `now` and runs what has become due, in order of deadline; each action sees its own deadline as
  /// now(). Actions may schedule and cancel. Time never goes back: an earlier `now` changes nothing.
  void advance(TimePoint now);

  Key schedule(TimePoint when, std::function<void()> action);
  void cancel(const Key& key);

  [[nodiscard]] std::size_t size() const { return entries_.size() - cancelled_; }

 private:
  /// Most timers are stopped long before their time, and most others wait longer than all before them: both cost a heap
  /// hardly anything, where a tree allocates, and looks through its height in memory that is not in the cache.
  struct Entry {
    TimePoint when;
    std::uint64_t id;
    std::size_t slot;
    /// What comes first stands on top; at the same time what was scheduled first.
    friend bool operator<(const Entry& a, const Entry& b) { return a.when != b.when ? a.when > b.when : a.id > b.id; }
  };
  /// Of one action that waits, or free with the id 0.
  struct Slot {
    std::uint64_t id = 0;
    std::function<void()> action;
  };

  [[nodiscard]] bool is_cancelled(const Entry& entry) const { return slots_[entry.slot].id != entry.id; }
  [[nodiscard]] std::function<void()> take(std::size_t slot);
  void pop();
  void forget_cancelled();

  TimePoint now_;
  std::uint64_t last_id_ = 0;
  /// A heap. Its top is never cancelled; of the others `cancelled_` are.
  std::vector<Entry> entries_;
  std::size_t cancelled_ = 0;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_slots_;
};

/// One timer of one object: restartable, cancelled when the object goes. The action is given once; it may destroy the
/// timer's owner, since it runs from the queue and not from inside the timer.
class Timer {
 public:
  Timer(TimerQueue& queue, std::function<void()> action) : queue_(queue), action_(std::move(action)) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Starts or restarts the timer to fire once, `after` from now.
  void start(Duration after);
  void stop();
  [[nodiscard]] bool running() const { return key_.has_value(); }

 private:
  void fire();

  TimerQueue& queue_;
  std::function<void()> action_;
  std::optional<TimerQueue::Key> key_;
  TimePoint when_{};
  /// While the action runs: where to tell that this timer is gone.
  bool* is_gone_ = nullptr;
};

}  // namespace webcalling
