#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

class LostAcknowledgement : public Story {};
INSTANTIATE_TEST_SUITE_P(, LostAcknowledgement, any_weather(), weather_name);

// RFC 3261 section 13.3.1.4: 64*T1 after the answer both sides are told.
TEST_P(LostAcknowledgement, OfTheCallerEndsTheCallForBoth) {
  for (const TransportKind kind : {TransportKind::Udp, TransportKind::Ws}) {
    auto& alice = net.phone("1002", kind);
    auto& bob = net.phone("1001", kind);
    alice.habits().acknowledges = false;
    ASSERT_TRUE(connect(alice, bob));
    net.run_for(20s);
    EXPECT_TRUE(alice.talking() && bob.talking());
    net.run_until_idle();
    EXPECT_THAT(alice.call().reason(), HasSubstr("never acknowledged"));
    EXPECT_THAT(bob.call().reason(), HasSubstr("never acknowledged"));
    alice.sign_out();
    bob.sign_out();
    net.run_until_idle();
  }
}

// RFC 3261 section 15: a callee must not say BYE before the ACK.
TEST_P(LostAcknowledgement, MakesTheHangUpOfTheCalleeWaitForTheCaller) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  alice.habits().acknowledges = false;
  ASSERT_TRUE(connect(alice, bob));
  bob.hang_up();
  ASSERT_TRUE(eventually([&] { return bob.idle(); }));
  EXPECT_TRUE(alice.talking());
  EXPECT_EQ(net.heard_by(alice), "silence");
  net.run_until_idle();
  EXPECT_FALSE(alice.talking());
}

TEST_P(LostAcknowledgement, MayBeFollowedByTheCallersBye) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  alice.habits().acknowledges = false;
  ASSERT_TRUE(connect(alice, bob));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().bye_status(), 200);
  EXPECT_TRUE(bob.idle());
}

TEST_P(LostAcknowledgement, IsNotMadeUpForByOneForAnotherRequest) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  alice.habits().acknowledges = false;
  ASSERT_TRUE(connect(alice, bob));
  alice.transactions().send_ack(alice.call().dialog()->make_ack(4711), alice.flow());
  net.run_until_idle();
  EXPECT_THAT(alice.call().reason(), HasSubstr("never acknowledged"));
}

// The caller vanishes with the 200 on its way.
TEST_P(LostAcknowledgement, OfACallerThatVanishedEndsTheCall) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  alice.vanish();
  bob.answer();
  net.run_until_idle();
  EXPECT_TRUE(bob.idle());
}

// A phone that lost our ACK says 200 again and again: each time it gets another ACK.
TEST_P(LostAcknowledgement, IsRepeatedForEveryRepeatedAnswer) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001");
  net.lose("ACK", 4);
  ASSERT_TRUE(connect(alice, bob));
  EXPECT_EQ(net.heard_by(bob), "1002");
  net.run_for(40s);
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

// The call is over before the phone could hear that its answer was refused.
TEST_P(LostAcknowledgement, ToAPhoneWhoseAnswerCameTooLateIsMadeUpForByBye) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  alice.hang_up();
  net.run_for(GetParam().latency);
  bob.answer();
  net.lose("ACK", 5);
  net.run_until_idle();
  EXPECT_TRUE(bob.idle());
}

}  // namespace
}  // namespace webcalling::sim
