#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "base/timer_queue.hpp"
#include "locating/resolver.hpp"

namespace webcalling::locating {

/// Remembers what DNS said, also that something does not exist (RFC 2308), for as long as it may be believed. The same
/// question is under way only once.
class RecordCache final : public Resolver {
 public:
  struct Limits {
    std::size_t entries = 512;
    /// A domain that changes its mind with every question is asked once in a while only.
    Duration least = 5s;
    Duration most = 1h;
    Duration most_negative = 5min;
    /// How long a question is not asked again that no server answered.
    Duration failure = 5s;
  };

  RecordCache(TimerQueue& timers, Resolver& upstream, const Limits& limits)
      : timers_(timers), upstream_(upstream), limits_(limits) {}

  void ask(const Question& question, OnAnswer on_answer) override;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Result<Answer> answer;
    TimePoint expires;
  };

  void receive(const Question& question, const Result<Answer>& answer);
  [[nodiscard]] Duration lifetime(const Result<Answer>& answer) const;
  void make_room();

  TimerQueue& timers_;
  Resolver& upstream_;
  Limits limits_;
  std::map<Question, Entry> entries_;
  std::map<Question, std::vector<OnAnswer>> waiting_;
  /// Answers that are still to be told must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace webcalling::locating
