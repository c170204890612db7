#include "base/timer_queue.hpp"

#include <algorithm>
#include <utility>

namespace webcalling {

std::optional<TimePoint> TimerQueue::next_deadline() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.front().when;
}

void TimerQueue::advance(TimePoint now) {
  while (!entries_.empty() && entries_.front().when <= now) {
    const Entry due = entries_.front();
    const auto action = take(due.slot);
    pop();
    now_ = std::max(now_, due.when);
    action();
  }
  now_ = std::max(now_, now);
}

TimerQueue::Key TimerQueue::schedule(TimePoint when, std::function<void()> action) {
  if (free_slots_.empty()) {
    free_slots_.push_back(slots_.size());
    slots_.emplace_back();
  }
  const Key key{free_slots_.back(), ++last_id_};
  free_slots_.pop_back();
  slots_[key.slot].id = key.id;
  slots_[key.slot].action = std::move(action);
  entries_.push_back({std::max(when, now_), key.id, key.slot});
  std::push_heap(entries_.begin(), entries_.end());
  return key;
}

void TimerQueue::cancel(const Key& key) {
  if (key.slot >= slots_.size() || slots_[key.slot].id != key.id) return;
  // What it holds goes at the end, and may cancel others.
  const auto dropped = take(key.slot);
  ++cancelled_;
  if (is_cancelled(entries_.front())) {
    --cancelled_;
    pop();
  }
  // A sweep for each half of them: next to nothing for each.
  constexpr std::size_t kFew = 64;
  if (cancelled_ > kFew && cancelled_ > entries_.size() / 2) forget_cancelled();
}

std::function<void()> TimerQueue::take(std::size_t slot) {
  slots_[slot].id = 0;
  free_slots_.push_back(slot);
  return std::exchange(slots_[slot].action, nullptr);
}

/// The top, and with it the cancelled ones that come up.
void TimerQueue::pop() {
  const auto pop_one = [this] {
    std::pop_heap(entries_.begin(), entries_.end());
    entries_.pop_back();
  };
  pop_one();
  while (!entries_.empty() && is_cancelled(entries_.front())) {
    --cancelled_;
    pop_one();
  }
}

void TimerQueue::forget_cancelled() {
  std::erase_if(entries_, [this](const Entry& entry) { return is_cancelled(entry); });
  std::make_heap(entries_.begin(), entries_.end());
  cancelled_ = 0;
}

Timer::~Timer() {
  stop();
  if (is_gone_ != nullptr) *is_gone_ = true;
}

void Timer::start(Duration after) {
  const TimePoint when = queue_.now() + after;
  if (key_ && when_ == when) return;
  stop();
  when_ = when;
  key_ = queue_.schedule(when, [this] { fire(); });
}

void Timer::fire() {
  key_.reset();
  // It survives even if it destroys this timer.
  auto action = std::exchange(action_, nullptr);
  bool is_gone = false;
  is_gone_ = &is_gone;
  action();
  if (is_gone) return;
  is_gone_ = nullptr;
  action_ = std::move(action);
}

void Timer::stop() {
  if (!key_) return;
  queue_.cancel(*key_);
  key_.reset();
}

}  // namespace webcalling
