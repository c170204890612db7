#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

/// Both sides do something within the time that a message takes.
class CrossingRequests : public Story {
 protected:
  /// Every moment from "at once" to "long after".
  void at_every_moment(const std::function<void(Duration)>& story) {
    for (Duration moment = 0ms; moment < 6 * GetParam().latency; moment += GetParam().latency / 4) {
      SCOPED_TRACE(moment.count());
      ASSERT_TRUE(connect(alice, bob));
      story(moment);
      net.run_until_idle();
      ASSERT_TRUE(alice.idle() && bob.idle());
      ASSERT_EQ(net.pbx().active_calls(), 0u);
      ASSERT_EQ(net.pbx().indexed_legs(), 0u);
      ASSERT_EQ(net.media().open_legs(), 0u);
    }
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, CrossingRequests, any_weather(), weather_name);

TEST_P(CrossingRequests, ByeAndBye) {
  at_every_moment([this](Duration moment) {
    alice.hang_up();
    bob.hang_up_after(moment);
  });
}

TEST_P(CrossingRequests, HoldAndTheByeOfTheOther) {
  at_every_moment([this](Duration moment) {
    alice.hold();
    bob.hang_up_after(moment);
  });
}

TEST_P(CrossingRequests, HoldAndTheOwnBye) {
  at_every_moment([this](Duration moment) {
    alice.hold();
    alice.hang_up_after(moment);
  });
}

// RFC 3261 section 15: not before the ACK; the phone waits for it.
TEST_P(CrossingRequests, AnswerAndTheByeOfTheCallee) {
  for (Duration moment = 0ms; moment < 6 * GetParam().latency; moment += GetParam().latency / 4) {
    SCOPED_TRACE(moment.count());
    ASSERT_TRUE(ring(alice, bob));
    bob.answer();
    bob.hang_up_after(moment);
    net.run_until_idle();
    ASSERT_TRUE(alice.idle() && bob.idle());
    ASSERT_EQ(net.pbx().active_calls(), 0u);
  }
}

TEST_P(CrossingRequests, HoldAndShutdown) {
  at_every_moment([this](Duration moment) {
    alice.hold();
    bob.hold();
    net.after(moment, [this] { net.pbx().hang_up_all(); });
  });
}

TEST_P(CrossingRequests, HoldAndVanishing) {
  ASSERT_TRUE(connect(alice, bob));
  alice.hold();
  alice.vanish();
  settle();
  bob.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
