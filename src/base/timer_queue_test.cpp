#include "base/timer_queue.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

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

TEST(TimerQueue, TimeNeverGoesBack) {
  TimerQueue queue(kStart);
  queue.advance(kStart - 5s);
  EXPECT_EQ(queue.now(), kStart);
}

}  // namespace
}  // namespace webcalling
