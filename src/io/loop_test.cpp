#include "io/loop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "io/clock.hpp"
#include "io/udp_socket.hpp"

namespace webcalling::io {
namespace {

constexpr Duration kPatience = 10s;

void wait_for_clock(TimePoint when) {
  while (MonotonicClock::now() < when) std::this_thread::yield();
}

TEST(Loop, PostedActionsRunInOrderAndMayPostMore) {
  Loop loop;
  std::vector<int> seen;
  loop.post([&] {
    seen.push_back(1);
    loop.post([&] { seen.push_back(3); });
  });
  loop.post([&] { seen.push_back(2); });
  EXPECT_TRUE(loop.run_until([&] { return seen.size() == 3; }, kPatience));
  EXPECT_EQ(seen, (std::vector{1, 2, 3}));
}

TEST(Loop, PostsFromManyThreadsAllArrive) {
  constexpr int kThreads = 4;
  constexpr int kPosts = 1000;
  Loop loop;
  int count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kPosts; ++n) loop.post([&count] { ++count; });
    });
  }
  EXPECT_TRUE(loop.run_until([&] { return count == kThreads * kPosts; }, kPatience));
  for (auto& thread : threads) thread.join();
}

TEST(Loop, StopFromAnotherThreadEndsRun) {
  Loop loop;
  std::thread other([&] { loop.stop(); });
  loop.run();
  other.join();
}

TEST(Loop, StopBeforeRunIsNotForgotten) {
  Loop loop;
  loop.stop();
  loop.run();
}

TEST(Loop, RunUntilGivesUpAfterItsTime) {
  Loop loop;
  EXPECT_FALSE(loop.run_until([] { return false; }, 1ms));
}

TEST(Loop, TimerStartedAfterALongSleepOfTheLoopIsNotShortened) {
  Loop loop;
  TimePoint started;
  TimePoint fired;
  Timer timer(loop.timers(), [&] { fired = MonotonicClock::now(); });
  std::thread other([&] {
    wait_for_clock(MonotonicClock::now() + 30ms);
    loop.post([&] {
      started = MonotonicClock::now();
      timer.start(20ms);
    });
  });
  EXPECT_TRUE(loop.run_until([&] { return fired != TimePoint{}; }, kPatience));
  other.join();
  // The loop's clock of the round is a little older than `started`.
  EXPECT_GE(fired - started, 19ms);
}

TEST(Loop, EarlierTimerStartedByACallbackIsNotSleptOver) {
  Loop loop;
  bool fired = false;
  Timer late(loop.timers(), [] {});
  Timer early(loop.timers(), [&] { fired = true; });
  late.start(1h);
  loop.post([&] { loop.post([&] { early.start(5ms); }); });
  EXPECT_TRUE(loop.run_until([&] { return fired; }, kPatience));
}

TEST(Loop, FloodOnManySocketsDoesNotKeepATimerWaiting) {
  constexpr int kSockets = 20;
  const IpAddress loopback = IpAddress::v4(0x7f000001);
  Loop loop;
  int received = 0;
  std::optional<int> received_at_the_timer;
  std::vector<UdpSocket> sockets;
  for (int i = 0; i < kSockets; ++i) {
    sockets.push_back(*UdpSocket::bind(loop, {loopback, 0}, [&](MutableBytes, const Endpoint&, const IpAddress&) {
      ++received;
      wait_for_clock(MonotonicClock::now() + 6ms);
    }));
  }
  for (auto& socket : sockets) socket.send(loopback, socket.local(), as_bytes("."));
  Timer timer(loop.timers(), [&] { received_at_the_timer = received; });
  timer.start(1ms);
  EXPECT_TRUE(loop.run_until([&] { return received == kSockets; }, kPatience));
  ASSERT_TRUE(received_at_the_timer);
  EXPECT_LT(*received_at_the_timer, kSockets / 2);
}

TEST(Loop, BusyTimeIsThatOfWorkAndNotOfWaiting) {
  Loop loop;
  EXPECT_FALSE(loop.run_until([] { return false; }, 20ms));
  EXPECT_LT(loop.busy_time(), 20ms);
  const Duration before = loop.busy_time();
  loop.post([] { wait_for_clock(MonotonicClock::now() + 30ms); });
  loop.post([&] { loop.stop(); });
  loop.run();
  EXPECT_GE(loop.busy_time() - before, 30ms);
}

TEST(Loop, TimerForAtOnceRunsInTheSameRound) {
  Loop loop;
  std::vector<int> seen;
  Timer at_once(loop.timers(), [&] { seen.push_back(3); });
  loop.post([&] {
    at_once.start(Duration::zero());
    seen.push_back(1);
    // For the next round.
    loop.post([&] { seen.push_back(4); });
  });
  loop.post([&] { seen.push_back(2); });
  EXPECT_TRUE(loop.run_until([&] { return seen.size() == 4; }, kPatience));
  EXPECT_EQ(seen, (std::vector{1, 2, 3, 4}));
}

TEST(Loop, WhatOneLoopPostsToAnotherIsSeenAlthoughItSleeps) {
  constexpr int kTimes = 200;
  Loop here;
  Loop there;
  std::thread other([&] { there.run(); });
  int answers = 0;
  std::function<void()> ask = [&] {
    there.post([&] {
      here.post([&] {
        if (++answers < kTimes) ask();
      });
    });
  };
  here.post([&] { ask(); });
  EXPECT_TRUE(here.run_until([&] { return answers == kTimes; }, kPatience));
  there.stop();
  other.join();
}

TEST(Loop, WhatIsPostedWhileAnotherLoopLooksWhetherItIsDoneIsSeen) {
  Loop here;
  Loop there;
  // Often enough to find the other one asleep.
  constexpr int kTimes = 5000;
  int asked = 0;
  int heard = 0;
  std::thread other([&] { there.run(); });
  // Nothing else wakes this loop than the answer.
  EXPECT_TRUE(here.run_until(
      [&] {
        if (asked == heard && asked < kTimes) {
          ++asked;
          there.post([&] { here.post([&] { ++heard; }); });
        }
        return heard == kTimes;
      },
      kPatience));
  there.stop();
  other.join();
}

TEST(Loop, SignalIsDeliveredEachTimeItComes) {
  Loop loop;
  int count = 0;
  loop.on_signal({SIGUSR1}, [&](int signal) {
    EXPECT_EQ(signal, SIGUSR1);
    ++count;
  });
  for (int expected = 1; expected <= 2; ++expected) {
    std::raise(SIGUSR1);
    EXPECT_TRUE(loop.run_until([&] { return count == expected; }, kPatience));
  }
}

TEST(Loop, WhatWasPostedAndNeverRanIsDestroyedWithTheLoop) {
  const auto held = std::make_shared<int>(1);
  {
    Loop loop;
    loop.post([held] {});
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace webcalling::io
