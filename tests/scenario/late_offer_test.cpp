#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sdp::Direction;
using sip::TransportKind;

/// The caller leaves the offer to the other side (RFC 3261 sections 13.2.1 and 14.2).
class LateOffer : public Story {
 protected:
  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, LateOffer, any_weather(), weather_name);

TEST_P(LateOffer, IsMadeInTheAnswer) {
  alice.dial_without_offer("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  settle();
  EXPECT_EQ(net.heard_by(alice), "1001");
  EXPECT_EQ(net.heard_by(bob), "1002");
  EXPECT_TRUE(net.leg_of(alice).settings.has_value()) << "the answer came in the ACK";
  alice.hang_up();
}

TEST_P(LateOffer, IsMadeToACallerOfAServiceNumber) {
  alice.dial_without_offer("9196");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  settle();
  EXPECT_EQ(net.heard_by(alice), "1002");
  alice.hang_up();
}

// RFC 3262 section 5: then the first reliable response brings it, and PRACK the answer.
TEST_P(LateOffer, IsMadeEarlyIfTheCallerAcknowledgesProvisionalResponses) {
  alice.habits().supports = "100rel";
  alice.dial_without_offer("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing() && !alice.call().responses().empty(); }));
  EXPECT_FALSE(alice.call().responses().front().body().empty());
  ASSERT_TRUE(eventually([&] { return alice.call().request_status() == 200; }));
  EXPECT_TRUE(net.leg_of(alice).settings.has_value());
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  EXPECT_EQ(net.heard_by(bob), "1002");
  bob.hang_up();
}

TEST_P(LateOffer, WithoutAnAnswerEndsTheCall) {
  auto& alice = net.phone("1003", TransportKind::Tcp);
  alice.dial_without_offer("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  alice.habits().acknowledges = false;
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  alice.transactions().send_ack(alice.call().dialog()->make_ack(2), alice.flow());
  net.run_until_idle();
  EXPECT_FALSE(alice.talking() || bob.talking());
  EXPECT_THAT(alice.call().reason(), testing::HasSubstr("No common codec"));
}

TEST_P(LateOffer, MayBeCancelled) {
  alice.dial_without_offer("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 487);
}

TEST_P(LateOffer, InAReinviteIsWhatWasAgreedOn) {
  ASSERT_TRUE(connect(alice, bob));
  for (SimPhone* phone : {&alice, &bob}) {
    phone->call().reinvite_without_offer();
    ASSERT_TRUE(reinvited(*phone, 200));
    settle();
    EXPECT_EQ(net.heard_by(alice), "1001");
    EXPECT_EQ(net.heard_by(bob), "1002");
  }
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  EXPECT_EQ(net.heard_by(bob), "music");
  alice.hang_up();
}

TEST_P(LateOffer, InAReinviteThatIsNeverAnsweredChangesNothing) {
  ASSERT_TRUE(connect(alice, bob));
  alice.habits().acknowledges = false;
  alice.call().reinvite_without_offer();
  ASSERT_TRUE(reinvited(alice, 200));
  // An exchange at a time (RFC 3264 section 4).
  bob.hold();
  ASSERT_TRUE(reinvited(bob, 200)) << "the other leg has nothing to do with it";
  alice.habits().acknowledges = true;
  alice.transactions().send_ack(alice.call().dialog()->make_ack(3), alice.flow());
  settle();
  EXPECT_TRUE(alice.talking());
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
