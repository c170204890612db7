#include "sip/message/call_headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::Method;
using sip::TransportKind;

/// RFC 4028: a call whose other side is gone without a word comes to its end.
class SessionTimerStory : public Story {
 protected:
  /// Neither side sends audio, so that nothing but the signalling can tell.
  void SetUp() override {
    alice.habits().supports = "timer";
    alice.habits().allows = "INVITE, ACK, BYE, CANCEL, UPDATE";
  }
  void no_timer_phone() { alice.habits() = {}; }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001");
};
INSTANTIATE_TEST_SUITE_P(, SessionTimerStory, any_weather(), weather_name);

TEST_P(SessionTimerStory, RefreshesByUpdateWhereThePeerKnowsIt) {
  alice.habits().session_expires = "600;refresher=uas";
  ASSERT_TRUE(connect(alice, bob));
  EXPECT_EQ(alice.call().responses().back().header(sip::HeaderName::SessionExpires), "600;refresher=uas");
  net.run_for(20min);
  EXPECT_GE(alice.call().count_requests(Method::Update), 3u);
  EXPECT_EQ(alice.call().count_requests(Method::Invite), 0u);
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

TEST_P(SessionTimerStory, RefreshesByReinviteWhereThePeerDoesNot) {
  alice.habits().allows = "INVITE, ACK, BYE, CANCEL";
  alice.habits().session_expires = "600;refresher=uas";
  ASSERT_TRUE(connect(alice, bob));
  const sdp::Session before = *alice.remote_description();
  net.run_for(11min);
  EXPECT_GE(alice.call().count_requests(Method::Invite), 1u);
  EXPECT_EQ(*alice.remote_description(), before) << "a refresh changes nothing";
  EXPECT_TRUE(alice.talking() && bob.talking());
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
}

TEST_P(SessionTimerStory, EndsTheCallOfAPeerThatIsGone) {
  alice.habits().session_expires = "600;refresher=uas";
  ASSERT_TRUE(connect(alice, bob));
  alice.vanish();
  net.run_for(6min);
  EXPECT_FALSE(bob.talking());
}

TEST_P(SessionTimerStory, EndsTheCallOfAPeerThatWasToRefreshAndDoesNot) {
  alice.habits().session_expires = "600;refresher=uac";
  ASSERT_TRUE(connect(alice, bob));
  EXPECT_TRUE(alice.call().responses().back().lists(sip::HeaderName::Require, "timer"));
  net.run_for(9min);
  EXPECT_TRUE(bob.talking());
  net.run_for(1min);
  EXPECT_FALSE(bob.talking());
  EXPECT_THAT(bob.call().reason(), testing::HasSubstr("Session expired"));
}

TEST_P(SessionTimerStory, GoesOnAsLongAsThePeerRefreshes) {
  alice.habits().session_expires = "600;refresher=uac";
  ASSERT_TRUE(connect(alice, bob));
  for (int i = 0; i < 5; ++i) {
    net.run_for(5min);
    alice.call().update();
    ASSERT_TRUE(eventually([&] { return alice.call().request_status() == 200; }));
  }
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

TEST_P(SessionTimerStory, RefusesATooShortSession) {
  alice.habits().session_expires = "30";
  alice.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 422);
  EXPECT_EQ(alice.call().responses().back().header(sip::HeaderName::MinSe), "90");
}

// Section 7.3.
TEST_P(SessionTimerStory, AsksAgainForALongerSessionWhereOursIsTooShort) {
  bob.refuse(422);
  alice.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 480) << "a phone that does not say how long it wants it has refused";
}

TEST_P(SessionTimerStory, OnlyAsksAPhoneWithoutTimersWhetherItStillKnowsTheCall) {
  no_timer_phone();
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(1h);
  EXPECT_GE(alice.call().count_requests(Method::Options), 2u);
  EXPECT_EQ(alice.call().count_requests(Method::Invite), 0u);
  EXPECT_TRUE(alice.talking() && bob.talking());
  bob.hang_up();
}

TEST_P(SessionTimerStory, ReinvitesAPhoneThatDoesNotEvenKnowOptions) {
  no_timer_phone();
  alice.habits().answers_with[Method::Options] = 405;
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(16min);
  EXPECT_EQ(alice.call().count_requests(Method::Invite), 1u);
  EXPECT_TRUE(alice.talking() && bob.talking());
  bob.hang_up();
}

TEST_P(SessionTimerStory, EndsTheCallOfAPhoneThatForgotIt) {
  no_timer_phone();
  alice.habits().answers_with[Method::Options] = 481;
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(16min);
  EXPECT_FALSE(bob.talking());
}

// RFC 3261 section 14.1: both sides offer at the same moment.
TEST_P(SessionTimerStory, TriesAgainAfterAGlare) {
  alice.habits().allows = "INVITE, ACK, BYE, CANCEL";
  alice.habits().session_expires = "600;refresher=uas";
  alice.habits().answers_with[Method::Invite] = 491;
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(5min + 1s);
  EXPECT_GE(alice.call().count_requests(Method::Invite), 1u);
  alice.habits().answers_with.clear();
  // Not when the next refresh is due: that would be a glare of its own.
  net.run_for(8min);
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
