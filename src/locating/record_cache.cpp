#include "locating/record_cache.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::locating {

void RecordCache::ask(const Question& question, OnAnswer on_answer) {
  const auto known = entries_.find(question);
  if (known != entries_.end() && timers_.now() < known->second.expires) {
    timers_.schedule(timers_.now(), [weak = std::weak_ptr(alive_), answer = known->second.answer,
                                     tell = std::move(on_answer)] {
      if (!weak.expired()) tell(answer);
    });
    return;
  }
  auto& waiting = waiting_[question];
  waiting.push_back(std::move(on_answer));
  if (waiting.size() > 1) return;
  upstream_.ask(question, [this, weak = std::weak_ptr(alive_), question](const Result<Answer>& answer) {
    if (!weak.expired()) receive(question, answer);
  });
}

void RecordCache::receive(const Question& question, const Result<Answer>& answer) {
  entries_.erase(question);
  make_room();
  entries_.emplace(question, Entry{answer, timers_.now() + lifetime(answer)});
  // Taken out first: each of them may ask for more, or be the end of us.
  const auto waiting = waiting_.extract(question);
  if (!waiting) return;
  const auto weak = std::weak_ptr(alive_);
  for (const OnAnswer& tell : waiting.mapped()) {
    if (!weak.expired()) tell(answer);
  }
}

Duration RecordCache::lifetime(const Result<Answer>& answer) const {
  if (!answer) return limits_.failure;
  const Duration most = answer->records.empty() ? limits_.most_negative : limits_.most;
  return std::clamp(answer->ttl, limits_.least, most);
}

void RecordCache::make_room() {
  if (entries_.size() < limits_.entries) return;
  const TimePoint now = timers_.now();
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.expires <= now; });
  while (entries_.size() >= limits_.entries) {
    entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
      return a.second.expires < b.second.expires;
    }));
  }
}

}  // namespace webcalling::locating
