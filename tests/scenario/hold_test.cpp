#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sdp::Direction;
using sip::TransportKind;

/// A browser and a desk phone in a call.
class Hold : public Story {
 protected:
  void SetUp() override { ASSERT_TRUE(connect(alice, bob)); }

  SimPhone& alice = net.phone("1002", TransportKind::Ws);
  SimPhone& bob = net.phone("1001");
};
INSTANTIATE_TEST_SUITE_P(, Hold, any_weather(), weather_name);

TEST_P(Hold, LetsTheHeldPartyHearMusicUntilItIsResumed) {
  for (auto [holder, held] : {std::pair(&alice, &bob), std::pair(&bob, &alice)}) {
    holder->hold();
    ASSERT_TRUE(reinvited(*holder, 200));
    EXPECT_EQ(holder->call().media().remote_direction(), Direction::RecvOnly);
    EXPECT_EQ(net.heard_by(*held), "music");
    EXPECT_FALSE(net.leg_of(*holder).settings->may_send);
    EXPECT_TRUE(net.leg_of(*held).settings->may_send);

    holder->resume();
    ASSERT_TRUE(reinvited(*holder, 200));
    EXPECT_EQ(holder->call().media().remote_direction(), Direction::SendRecv);
    EXPECT_EQ(net.heard_by(*held), holder->extension());
    EXPECT_EQ(net.heard_by(*holder), held->extension());
    EXPECT_TRUE(net.leg_of(*holder).settings->may_send);
  }
  alice.hang_up();
}

TEST_P(Hold, MayBeOnBothSidesAtOnce) {
  alice.hold();
  bob.hold();
  ASSERT_TRUE(reinvited(bob, 200));
  EXPECT_EQ(bob.call().reinvite_status(), 200);
  EXPECT_FALSE(net.leg_of(alice).settings->may_send);
  EXPECT_FALSE(net.leg_of(bob).settings->may_send);
  alice.resume();
  ASSERT_TRUE(reinvited(alice, 200));
  EXPECT_EQ(net.heard_by(alice), "music") << "the other side still holds";
  bob.resume();
  ASSERT_TRUE(reinvited(bob, 200));
  EXPECT_EQ(net.heard_by(alice), "1001");
  EXPECT_EQ(net.heard_by(bob), "1002");
  bob.hang_up();
}

TEST_P(Hold, KeepsTheDescriptionOfOurSideExceptForTheDirection) {
  const sdp::Session before = *alice.remote_description();
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  const sdp::Session& held = *alice.remote_description();
  EXPECT_EQ(held.origin.session_id, before.origin.session_id);
  EXPECT_EQ(held.origin.session_version, before.origin.session_version + 1);
  EXPECT_EQ(held.media[0].port, before.media[0].port);
  EXPECT_EQ(held.media[0].transport, before.media[0].transport) << "neither ICE nor DTLS begins anew";
  EXPECT_EQ(net.leg_of(alice).ice_restarts, 0u);
  alice.hang_up();
}

TEST_P(Hold, EndsWithTheCallWhileItLasts) {
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  bob.hang_up();
  net.run_until_idle();
  EXPECT_FALSE(alice.talking());
}

TEST_P(Hold, MayBeAskedForAgainAndAgain) {
  for (int i = 0; i < 5; ++i) {
    alice.hold();
    bob.hold();
    ASSERT_TRUE(reinvited(bob, 200) && reinvited(alice, 200));
    bob.resume();
    alice.resume();
    ASSERT_TRUE(reinvited(bob, 200) && reinvited(alice, 200));
    ASSERT_EQ(net.heard_by(bob), "1002");
  }
  alice.hang_up();
}

TEST_P(Hold, InTheOldWayByAddressZeroCountsToo) {
  bob.reinvite("v=0\r\no=- 1 7 IN IP4 10.0.1.2\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 7078 RTP/AVP 0\r\n");
  ASSERT_TRUE(reinvited(bob, 200));
  EXPECT_EQ(net.heard_by(alice), "music");
  bob.resume();
  ASSERT_TRUE(reinvited(bob, 200));
  EXPECT_EQ(net.heard_by(alice), "1001");
  bob.hang_up();
}

TEST_P(Hold, WithUnusableSdpIsRefusedAndTheCallGoesOn) {
  alice.reinvite("v=0\r\no=- 1 2 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 18\r\n");
  ASSERT_TRUE(reinvited(alice, 488));
  bob.reinvite("nonsense");
  ASSERT_TRUE(reinvited(bob, 400));
  EXPECT_TRUE(alice.talking() && bob.talking());
  EXPECT_EQ(net.heard_by(alice), "1001");
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  EXPECT_EQ(net.heard_by(bob), "music");
  alice.hang_up();
}

// RFC 3264 section 8.2.
TEST_P(Hold, ByPortZeroSwitchesTheAudioOffUntilItIsOfferedAgain) {
  bob.reinvite("v=0\r\no=- 1 7 IN IP4 10.0.1.2\r\ns=-\r\nc=IN IP4 10.0.1.2\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n");
  ASSERT_TRUE(reinvited(bob, 200));
  EXPECT_TRUE(bob.remote_description()->media.at(0).is_rejected());
  EXPECT_EQ(net.heard_by(alice), "music");
  bob.resume();
  ASSERT_TRUE(reinvited(bob, 200));
  EXPECT_EQ(net.heard_by(alice), "1001");
  EXPECT_EQ(net.heard_by(bob), "1002");
  bob.hang_up();
}

TEST_P(Hold, ByPortZeroLetsNobodyMissTheAudioThatIsOff) {
  const auto leg = net.leg_of(bob).local.id;
  bob.reinvite("v=0\r\no=- 1 7 IN IP4 10.0.1.2\r\ns=-\r\nc=IN IP4 10.0.1.2\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n");
  ASSERT_TRUE(reinvited(bob, 200));
  net.pbx().on_media_event(leg, media::MediaLost{"nothing comes any more"});
  settle();
  EXPECT_TRUE(alice.talking() && bob.talking());
  bob.hang_up();
}

// RFC 4028 section 7.4: a refresh repeats the description.
TEST_P(Hold, IsAnotherThingThanARefresh) {
  const std::string offer =
      "v=0\r\no=- 1 7 IN IP4 10.0.1.2\r\ns=-\r\nc=IN IP4 10.0.1.2\r\nt=0 0\r\nm=audio 7078 RTP/AVP 0\r\n";
  bob.reinvite(offer);
  ASSERT_TRUE(reinvited(bob, 200));
  const auto first = *bob.remote_description();
  for (int i = 0; i < 3; ++i) {
    bob.reinvite(offer);
    ASSERT_TRUE(reinvited(bob, 200));
    EXPECT_EQ(*bob.remote_description(), first);
  }
  bob.hang_up();
}

TEST_P(Hold, IsAnotherThingThanANewIceSession) {
  alice.restart_ice();
  ASSERT_TRUE(reinvited(alice, 200));
  EXPECT_EQ(net.leg_of(alice).ice_restarts, 1u);
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
}

TEST_P(Hold, ThatIsNeverAcknowledgedEndsTheCall) {
  bob.habits().acknowledges = false;
  bob.hold();
  net.run_until_idle();
  EXPECT_FALSE(alice.talking() || bob.talking());
}

}  // namespace
}  // namespace webcalling::sim
