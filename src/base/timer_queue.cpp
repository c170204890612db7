#include "base/timer_queue.hpp"

#include <algorithm>

namespace webcalling {

std::optional<TimePoint> TimerQueue::next_deadline() const {
  if (actions_.empty()) return std::nullopt;
  return actions_.begin()->first.first;
}

void TimerQueue::advance(TimePoint now) {
  while (!actions_.empty() && actions_.begin()->first.first <= now) {
    auto due = actions_.extract(actions_.begin());
    now_ = std::max(now_, due.key().first);
    due.mapped()();
  }
  now_ = std::max(now_, now);
}

TimerQueue::Key TimerQueue::schedule(TimePoint when, std::function<void()> action) {
  const Key key{std::max(when, now_), next_id_++};
  actions_.emplace(key, std::move(action));
  return key;
}

void Timer::start(Duration after) {
  const TimePoint when = queue_->now() + after;
  if (key_ && key_->first == when) return;
  stop();
  key_ = queue_->schedule(when, [this] { fire(); });
}

void Timer::fire() {
  key_.reset();
  // It survives even if it destroys this timer.
  const auto action = action_;
  (*action)();
}

void Timer::stop() {
  if (!key_) return;
  queue_->cancel(*key_);
  key_.reset();
}

}  // namespace webcalling
