#include "base/timer_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace webcalling {
namespace {

const TimePoint kStart{100s};

TEST(TimerQueue, RunsActionsInOrderOfDeadlineAndShowsEachItsOwnTime) {
  TimerQueue queue(kStart);
  std::vector<TimePoint> seen;
  queue.schedule(kStart + 2s, [&] { seen.push_back(queue.now()); });
  queue.schedule(kStart + 1s, [&] { seen.push_back(queue.now()); });
  queue.advance(kStart + 5s);
  EXPECT_EQ(seen, (std::vector{kStart + 1s, kStart + 2s}));
  EXPECT_EQ(queue.now(), kStart + 5s);
  EXPECT_EQ(queue.next_deadline(), std::nullopt);
}

TEST(TimerQueue, ActionScheduledByAnActionRunsInTheSameAdvanceIfItIsDue) {
  TimerQueue queue(kStart);
  int runs = 0;
  Timer* self = nullptr;
  Timer timer(queue, [&] {
    if (++runs < 10) self->start(1s);
  });
  self = &timer;
  timer.start(1s);
  queue.advance(kStart + 4s);
  EXPECT_EQ(runs, 4);
  EXPECT_TRUE(timer.running());
}

TEST(Timer, NeverFiresAfterStopOrDestruction) {
  TimerQueue queue(kStart);
  int runs = 0;
  Timer stopped(queue, [&] { ++runs; });
  stopped.start(1s);
  stopped.stop();
  {
    Timer gone(queue, [&] { ++runs; });
    gone.start(1s);
  }
  queue.advance(kStart + 10s);
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(queue.size(), 0U);
}

TEST(Timer, ActionMayDestroyTheTimer) {
  TimerQueue queue(kStart);
  std::unique_ptr<Timer> timer;
  timer = std::make_unique<Timer>(queue, [&] { timer.reset(); });
  timer->start(1s);
  queue.advance(kStart + 1s);
  EXPECT_EQ(timer, nullptr);
}

TEST(Timer, StartedAnewItFiresOnceAtTheNewTime) {
  TimerQueue queue(kStart);
  std::vector<TimePoint> seen;
  Timer timer(queue, [&] { seen.push_back(queue.now()); });
  timer.start(5s);
  queue.advance(kStart + 1s);
  timer.start(4s);
  timer.start(2s);
  queue.advance(kStart + 9s);
  EXPECT_EQ(seen, (std::vector{kStart + 3s}));
  EXPECT_EQ(queue.size(), 0U);
}

TEST(TimerQueue, AtTheSameTimeTheFirstThatWasScheduledRunsFirst) {
  TimerQueue queue(kStart);
  std::vector<int> seen;
  for (int i = 0; i < 100; ++i) queue.schedule(kStart + 1s, [&seen, i] { seen.push_back(i); });
  queue.advance(kStart + 1s);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.size(), 100U);
}

TEST(TimerQueue, CancelledActionsLeaveNothingBehind) {
  TimerQueue queue(kStart);
  const auto held = std::make_shared<int>(1);
  const auto key = queue.schedule(kStart + 1s, [held] {});
  queue.schedule(kStart + 2s, [] {});
  queue.cancel(key);
  queue.cancel(key);
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue.next_deadline(), kStart + 2s);
  // Its place is taken by another, which its key does not mean.
  queue.schedule(kStart + 3s, [] {});
  queue.cancel(key);
  EXPECT_EQ(queue.size(), 2U);
}

/// What a map of all deadlines would do.
TEST(TimerQueue, ManyThatAreStartedStoppedAndRunDoAsASortedListWould) {
  TimerQueue queue(kStart);
  SeededRandom random(7);
  std::map<std::pair<TimePoint, int>, TimerQueue::Key> expected;
  std::vector<int> ran;
  TimePoint now = kStart;
  for (int i = 0; i < 20'000; ++i) {
    const TimePoint when = now + std::chrono::milliseconds(random.below(1000));
    expected.emplace(std::pair(when, i), queue.schedule(when, [&ran, i] { ran.push_back(i); }));
    // Two of three are stopped, as those that wait for an answer are.
    while (random.below(3) != 0 && !expected.empty()) {
      const auto one = std::next(
          expected.begin(),
          static_cast<long>(random.below(std::min<std::uint32_t>(20, static_cast<std::uint32_t>(expected.size())))));
      queue.cancel(one->second);
      expected.erase(one);
      if (random.below(4) == 0) break;
    }
    if (random.below(10) != 0) continue;
    now += std::chrono::milliseconds(random.below(50));
    std::vector<int> due;
    while (!expected.empty() && expected.begin()->first.first <= now) {
      due.push_back(expected.begin()->first.second);
      expected.erase(expected.begin());
    }
    ran.clear();
    queue.advance(now);
    ASSERT_EQ(ran, due);
    ASSERT_EQ(queue.size(), expected.size());
    ASSERT_EQ(queue.next_deadline(), expected.empty() ? std::nullopt : std::optional(expected.begin()->first.first));
  }
}

TEST(Timer, IsAsGoodAsNewAfterItsActionHasRun) {
  TimerQueue queue(kStart);
  int runs = 0;
  Timer timer(queue, [&] { ++runs; });
  for (int i = 1; i <= 3; ++i) {
    timer.start(1s);
    queue.advance(queue.now() + 1s);
    EXPECT_EQ(runs, i);
    EXPECT_FALSE(timer.running());
  }
}

TEST(TimerQueue, TimeNeverGoesBack) {
  TimerQueue queue(kStart);
  queue.advance(kStart - 5s);
  EXPECT_EQ(queue.now(), kStart);
}

}  // namespace
}  // namespace webcalling
