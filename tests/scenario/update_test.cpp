#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sdp::Direction;
using sip::Method;
using sip::TransportKind;

/// RFC 3311.
class Update : public Story {
 protected:
  bool updated(SimPhone& phone, int status) {
    return eventually([&] { return phone.call().request_status() == status; });
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, Update, any_weather(), weather_name);

TEST_P(Update, HoldsAndResumesAsAReinviteDoes) {
  ASSERT_TRUE(connect(alice, bob));
  alice.call().update(alice.call().media().offer(Direction::SendOnly));
  ASSERT_TRUE(updated(alice, 200));
  EXPECT_EQ(alice.call().media().remote_direction(), Direction::RecvOnly);
  EXPECT_EQ(net.heard_by(bob), "music");
  alice.call().update(alice.call().media().offer());
  ASSERT_TRUE(updated(alice, 200));
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
}

TEST_P(Update, WithoutDescriptionChangesNothing) {
  ASSERT_TRUE(connect(alice, bob));
  alice.call().update();
  ASSERT_TRUE(updated(alice, 200));
  EXPECT_TRUE(alice.call().request_response().body().empty());
  EXPECT_EQ(net.heard_by(bob), "1002");
  bob.hang_up();
}

TEST_P(Update, WithUnusableDescriptionIsRefusedAndTheCallGoesOn) {
  ASSERT_TRUE(connect(alice, bob));
  alice.call().update(
      "v=0\r\no=- 1 2 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 18\r\n");
  ASSERT_TRUE(updated(alice, 488));
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
}

// Section 5.1: within an early dialog, once the first offer has been answered reliably.
TEST_P(Update, ChangesEarlyMedia) {
  alice.habits().supports = "100rel";
  auto& carol = net.phone("1003");
  carol.habits().has_early_media = true;
  ASSERT_TRUE(ring(alice, carol));
  ASSERT_TRUE(eventually([&] { return alice.call().request_status() == 200; })) << "PRACK";
  alice.call().update(alice.call().media().offer(Direction::SendOnly));
  ASSERT_TRUE(updated(alice, 200));
  EXPECT_FALSE(net.leg_of(alice).settings->may_send);
  carol.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && carol.talking(); }));
  EXPECT_EQ(net.heard_by(carol), "music");
  alice.hang_up();
}

// Section 5.2: the first offer is not answered yet.
TEST_P(Update, IsPutOffWhileAnOfferIsOpen) {
  alice.habits().supports = "100rel";
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(eventually([&] { return alice.call().request_status() == 200; })) << "PRACK of 180";
  alice.call().update(alice.call().media().offer());
  ASSERT_TRUE(updated(alice, 500));
  EXPECT_TRUE(alice.call().request_response().has(sip::HeaderName::RetryAfter));
  alice.hang_up();
}

TEST_P(Update, OfAPhoneThatRingsIsAnswered) {
  auto& carol = net.phone("1003");
  carol.habits().has_early_media = true;
  carol.habits().rings_reliably = true;
  ASSERT_TRUE(ring(alice, carol));
  ASSERT_TRUE(eventually([&] { return carol.call().count_requests(Method::Prack) == 1; }));
  carol.call().update(carol.call().media().offer(Direction::SendOnly));
  ASSERT_TRUE(updated(carol, 200));
  carol.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && carol.talking(); }));
  carol.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
