#include "io/poller.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "io/clock.hpp"
#include "io/wake_up.hpp"

namespace webcalling::io {
namespace {

/// A socket for which something has come, and which leaves it there.
class BusyPort final : public Poller::Port {
 public:
  BusyPort() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    auto* address = reinterpret_cast<sockaddr*>(&own);
    EXPECT_EQ(::bind(descriptor_, address, size), 0);
    EXPECT_EQ(::getsockname(descriptor_, address, &size), 0);
    EXPECT_EQ(::sendto(descriptor_, "x", 1, 0, address, size), 1);
  }
  ~BusyPort() { ::close(descriptor_); }
  BusyPort(const BusyPort&) = delete;
  BusyPort& operator=(const BusyPort&) = delete;

  void receive() override {
    ++told_;
    steps_before_ = std::exchange(steps_, {});
  }
  void prefetch(int step) override { steps_.push_back(step); }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] int told() const { return told_; }
  /// Those of prefetch() between the last receive() and the one before it.
  [[nodiscard]] const std::vector<int>& steps_before() const { return steps_before_; }

 private:
  int descriptor_;
  int told_ = 0;
  std::vector<int> steps_;
  std::vector<int> steps_before_;
};

/// There is time for one port only.
constexpr TimePoint kNoTime{};

class PollerTest : public testing::Test {
 protected:
  PollerTest() {
    for (BusyPort& port : ports_) poller_.add(port.descriptor(), port);
  }

  void wait_and_dispatch(TimePoint end) {
    poller_.wait(Duration::zero());
    poller_.dispatch(end);
  }

  Poller poller_;
  std::array<BusyPort, 3> ports_;
};

TEST_F(PollerTest, TellsAllThatAreReady) {
  wait_and_dispatch(TimePoint::max());
  for (const BusyPort& port : ports_) EXPECT_EQ(port.told(), 1);
}

TEST_F(PollerTest, WithTooLittleTimeAllGetTheirTurn) {
  for (int i = 0; i < 4 * 3; ++i) wait_and_dispatch(kNoTime);
  for (const BusyPort& port : ports_) EXPECT_EQ(port.told(), 4);
}

TEST_F(PollerTest, OneThatIsRemovedBeforeItsTurnIsNotTold) {
  wait_and_dispatch(kNoTime);
  BusyPort& waiting = ports_[0].told() == 0 ? ports_[0] : ports_[1];
  poller_.remove(waiting.descriptor(), waiting);
  for (int i = 0; i < 6; ++i) wait_and_dispatch(kNoTime);
  EXPECT_EQ(waiting.told(), 0);
}

TEST_F(PollerTest, EveryPortIsPreparedStepByStep) {
  std::array<BusyPort, 8> more;
  for (BusyPort& port : more) poller_.add(port.descriptor(), port);
  wait_and_dispatch(TimePoint::max());
  const std::vector<int> all{1, 2, 3};
  for (const BusyPort& port : ports_) EXPECT_EQ(port.steps_before(), all);
  for (const BusyPort& port : more) EXPECT_EQ(port.steps_before(), all);
}

/// What a destroyed port would make of it, AddressSanitizer tells.
TEST_F(PollerTest, OneThatIsRemovedIsNotPrepared) {
  auto gone = std::make_unique<BusyPort>();
  poller_.add(gone->descriptor(), *gone);
  wait_and_dispatch(kNoTime);
  poller_.remove(gone->descriptor(), *gone);
  gone.reset();
  wait_and_dispatch(TimePoint::max());
  for (const BusyPort& port : ports_) EXPECT_GE(port.told(), 1);
}

constexpr Duration kPatience = 10s;

class PollerTimeoutsTest : public testing::TestWithParam<Poller::Timeouts> {};
INSTANTIATE_TEST_SUITE_P(Kernels, PollerTimeoutsTest,
                         testing::Values(Poller::Timeouts::Nanoseconds, Poller::Timeouts::Milliseconds));

TEST_P(PollerTimeoutsTest, WaitsAsLongAsItIsTold) {
  Poller poller(GetParam());
  const TimePoint begin = MonotonicClock::now();
  poller.wait(1500us);
  EXPECT_GE(MonotonicClock::now() - begin, 1500us);
}

TEST_P(PollerTimeoutsTest, BellEndsOneWaitForEachTimeThatItRings) {
  Poller poller(GetParam());
  WakeUp bell;
  poller.add_bell(bell.descriptor());
  for (int ring = 0; ring < 2; ++ring) {
    bell.set();
    bell.ring();
    const TimePoint begin = MonotonicClock::now();
    poller.wait(kPatience);
    poller.dispatch(TimePoint::max());
    EXPECT_LT(MonotonicClock::now() - begin, kPatience);
  }
  const TimePoint begin = MonotonicClock::now();
  poller.wait(2ms);
  EXPECT_GE(MonotonicClock::now() - begin, 2ms);
}

TEST_P(PollerTimeoutsTest, GuestEndsTheWaitForAsLongAsItHasSomething) {
  Poller poller(GetParam());
  BusyPort port;
  poller.add_guest(port.descriptor());
  for (int wait = 0; wait < 2; ++wait) {
    const TimePoint begin = MonotonicClock::now();
    poller.wait(kPatience);
    poller.dispatch(TimePoint::max());
    EXPECT_LT(MonotonicClock::now() - begin, kPatience);
  }
  EXPECT_EQ(port.told(), 0);
}

}  // namespace
}  // namespace webcalling::io
