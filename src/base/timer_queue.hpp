#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/time.hpp"

namespace webcalling {

/// The time of one loop as its objects see it: what time it is, and what is to happen later. The driver (an event loop,
/// or a test) moves time forward with advance(); nothing in here reads a clock. Not thread-safe: one loop owns it.
class TimerQueue {
 public:
  /// Identifies one scheduled action; never used again after it fired or was cancelled.
  using Key = std::pair<TimePoint, std::uint64_t>;

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
  void cancel(const Key& key) { actions_.erase(key); }

  [[nodiscard]] std::size_t size() const { return actions_.size(); }

 private:
  TimePoint now_;
  std::uint64_t next_id_ = 0;
  std::map<Key, std::function<void()>> actions_;
};

/// One timer of one object: restartable, cancelled when the object goes. The action is given once; it may destroy the
/// timer's owner, since it runs from the queue and not from inside the timer.
class Timer {
 public:
  Timer(TimerQueue& queue, std::function<void()> action)
      : queue_(&queue), action_(std::make_shared<const std::function<void()>>(std::move(action))) {}
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Starts or restarts the timer to fire once, `after` from now.
  void start(Duration after);
  void stop();
  [[nodiscard]] bool running() const { return key_.has_value(); }

 private:
  void fire();

  TimerQueue* queue_;
  std::shared_ptr<const std::function<void()>> action_;
  std::optional<TimerQueue::Key> key_;
};

}  // namespace webcalling
