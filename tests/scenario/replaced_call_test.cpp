#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

/// INVITE with Replaces (RFC 3891).
class ReplacedCall : public Story {
 protected:
  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001");
  SimPhone& browser = net.phone("1001", TransportKind::Ws);
  SimPhone& carol = net.phone("1003", TransportKind::Tcp);
};
INSTANTIATE_TEST_SUITE_P(, ReplacedCall, any_weather(), weather_name);

TEST_P(ReplacedCall, MovesToAnotherPhoneOfTheSameExtension) {
  for (const bool called : {true, false}) {
    browser.refuse(486);
    ASSERT_TRUE(called ? connect(alice, bob) : connect(bob, alice));
    browser.habits().refuses.reset();
    browser.dial_replacing("1001", bob.call().replaces_this());
    ASSERT_TRUE(eventually([&] { return browser.talking() && !bob.in_call(); }));
    EXPECT_TRUE(alice.talking());
    EXPECT_EQ(net.heard_by(alice), "1001");
    EXPECT_EQ(net.heard_by(browser), "1002");
    EXPECT_EQ(net.pbx().active_calls(), 1u);
    alice.hang_up();
    net.run_until_idle();
  }
}

TEST_P(ReplacedCall, OfAServiceNumberMovesAsWell) {
  bob.dial("9664");
  ASSERT_TRUE(eventually([&] { return bob.talking(); }));
  browser.dial_replacing("1001", bob.call().replaces_this());
  ASSERT_TRUE(eventually([&] { return browser.talking() && !bob.in_call(); }));
  EXPECT_EQ(net.heard_by(browser), "music");
  browser.hang_up();
}

TEST_P(ReplacedCall, OfAnotherExtensionIsNotForTheTaking) {
  browser.refuse(486);
  ASSERT_TRUE(connect(alice, bob));
  carol.dial_replacing("1001", bob.call().replaces_this());
  ASSERT_TRUE(eventually([&] { return carol.call().final_status() == 403; }));
  EXPECT_EQ(net.heard_by(alice), "1001");
  alice.hang_up();
}

// What a colleague's lamp and button do: take the call that rings elsewhere.
TEST_P(ReplacedCall, ThatRingsIsPickedUp) {
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(eventually([&] { return browser.ringing(); }));
  carol.dial_replacing("1001", bob.call().replaces_this());
  ASSERT_TRUE(eventually([&] { return carol.talking() && alice.talking() && !bob.in_call() && !browser.in_call(); }));
  EXPECT_EQ(net.heard_by(alice), "1003");
  EXPECT_EQ(net.heard_by(carol), "1002");
  alice.hang_up();
}

TEST_P(ReplacedCall, IsPickedUpOnlyWhileItRingsIfSoAsked) {
  browser.refuse(486);
  ASSERT_TRUE(connect(alice, bob));
  browser.dial_replacing("1001", bob.call().replaces_this() + ";early-only");
  ASSERT_TRUE(eventually([&] { return browser.call().final_status() == 486; }));
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

TEST_P(ReplacedCall, ThatDoesNotExistIsRefused) {
  carol.dial_replacing("1001", "nothing;to-tag=a;from-tag=b");
  ASSERT_TRUE(eventually([&] { return carol.call().final_status() == 481; }));
  carol.dial_replacing("1001", "rubbish");
  ASSERT_TRUE(eventually([&] { return carol.call().final_status() == 400; }));
  browser.refuse(486);
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(eventually([&] { return !alice.call().responses().empty(); }));
  // Section 3: the early dialog of a caller is not ours to replace.
  carol.dial_replacing("1001", alice.call().replaces_early());
  ASSERT_TRUE(eventually([&] { return carol.call().final_status() == 481; }));
  alice.hang_up();
}

TEST_P(ReplacedCall, WithUnusableDescriptionStaysWhereItIs) {
  browser.refuse(486);
  ASSERT_TRUE(connect(alice, bob));
  auto& other = net.phone("1001", TransportKind::Tcp);
  other.habits().answer_sdp =
      "v=0\r\no=- 1 2 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 18\r\n";
  other.dial_replacing("1001", bob.call().replaces_this(), *other.habits().answer_sdp);
  ASSERT_TRUE(eventually([&] { return other.call().final_status() == 488; }));
  EXPECT_EQ(net.heard_by(alice), "1001");
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
