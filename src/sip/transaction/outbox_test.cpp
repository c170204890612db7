#include "sip/transaction/outbox.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace webcalling::sip {
namespace {

using testing::ElementsAre;

const TimePoint kStart{5s};

struct Fixture {
  TimerQueue timers{kStart};
  std::vector<std::size_t> kinds;
  std::function<void()> during;
  Outbox outbox{timers, [this](const TransactionEvent& event) {
                  kinds.push_back(event.index());
                  if (during) std::exchange(during, nullptr)();
                }};
};

const TransactionEvent kEnded = ClientTransactionEnded{ClientTransactionId{1}};
const TransactionEvent kResponse = ResponseArrived{ClientTransactionId{1}, Response(200)};

TEST(Outbox, DeliversWhatATimerCausedWithinTheSameAdvance) {
  Fixture fixture;
  fixture.timers.schedule(kStart + 1s, [&] { fixture.outbox.push(kResponse); });
  fixture.timers.advance(kStart + 1s);
  EXPECT_EQ(fixture.kinds.size(), 1U);
  EXPECT_EQ(fixture.timers.size(), 0U);
}

TEST(Outbox, DeliversWhatIsPushedDuringDeliveryLastAndNeverFromInside) {
  Fixture fixture;
  fixture.during = [&] {
    fixture.outbox.push(kEnded);
    fixture.outbox.deliver();
    EXPECT_EQ(fixture.kinds.size(), 1U);
  };
  fixture.outbox.push(kResponse);
  fixture.outbox.push(kResponse);
  fixture.outbox.deliver();
  EXPECT_THAT(fixture.kinds, ElementsAre(kResponse.index(), kResponse.index(), kEnded.index()));
  EXPECT_EQ(fixture.timers.size(), 0U);
}

TEST(Outbox, TidyNeverCallsTheUser) {
  Fixture fixture;
  fixture.outbox.push(kEnded);
  fixture.outbox.push(kResponse);
  fixture.outbox.push(kEnded);
  fixture.outbox.tidy();
  EXPECT_THAT(fixture.kinds, ElementsAre(kEnded.index()));
  fixture.timers.advance(kStart);
  EXPECT_EQ(fixture.kinds.size(), 3U);
}

}  // namespace
}  // namespace webcalling::sip
