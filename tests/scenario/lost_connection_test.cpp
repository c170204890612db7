#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

class LostConnection : public Story {};
INSTANTIATE_TEST_SUITE_P(, LostConnection, any_weather(), weather_name);

TEST_P(LostConnection, OfTheCallerEndsACallThatRings) {
  for (const TransportKind kind : {TransportKind::Ws, TransportKind::Tcp}) {
    SCOPED_TRACE(sip::text(kind));
    auto& alice = net.phone("1002", kind);
    auto& bob = net.phone("1001");
    ASSERT_TRUE(ring(alice, bob));
    alice.drop_connection();
    EXPECT_TRUE(eventually([&] { return bob.idle(); }));
    alice.vanish();
    bob.sign_out();
    net.run_until_idle();
    ASSERT_EQ(net.pbx().active_transactions(), 0u);
  }
}

TEST_P(LostConnection, OfTheOnlyCalledPhoneIs480AtOnce) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001", TransportKind::Ws);
  ASSERT_TRUE(ring(alice, bob));
  bob.drop_connection();
  EXPECT_TRUE(eventually([&] { return alice.call().final_status() == 480; }));
}

TEST_P(LostConnection, DoesNotEndACallInProgress) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001", TransportKind::Ws);
  ASSERT_TRUE(connect(alice, bob));
  alice.drop_connection();
  net.run_for(5s);
  EXPECT_TRUE(bob.talking());
  EXPECT_EQ(net.heard_by(bob), "1002");

  // The browser comes back, and finds its call where it left it.
  alice.reconnect();
  alice.sign_in();
  alice.restart_ice();
  ASSERT_TRUE(reinvited(alice, 200));
  bob.hang_up();
  net.run_until_idle();
  EXPECT_FALSE(alice.talking()) << "the BYE took the new connection";
}

// The answer to a hold cannot be delivered any more: that alone is no reason to hang up.
TEST_P(LostConnection, WhileTheCallIsHeldDoesNotEndItEither) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001");
  for (Duration moment = 0ms; moment < 4 * GetParam().latency; moment += GetParam().latency / 4) {
    SCOPED_TRACE(moment.count());
    ASSERT_TRUE(connect(alice, bob));
    alice.hold();
    alice.later(moment, [&] { alice.drop_connection(); });
    net.run_for(moment + 1s);
    ASSERT_TRUE(alice.talking() && bob.talking());
    alice.reconnect();
    alice.sign_in();
    alice.resume();
    ASSERT_TRUE(reinvited(alice, 200));
    ASSERT_EQ(net.heard_by(bob), "1002");
    alice.hang_up();
    net.run_until_idle();
  }
}

TEST_P(LostConnection, OfAPlainPhoneLeavesTheEndOfTheCallToTheMedia) {
  auto& alice = net.phone("1002", TransportKind::Tcp);
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  alice.drop_connection();
  net.run_for(5s);
  net.report(alice, media::MediaLost{"no consent any more"});
  ASSERT_TRUE(eventually([&] { return bob.idle(); }));
  EXPECT_THAT(bob.call().reason(), HasSubstr("Media lost"));
  alice.vanish();
}

// At every moment of a call set-up.
TEST_P(LostConnection, OfTheCallerLeavesNothingBehind) {
  auto& bob = net.phone("1001", TransportKind::Ws);
  bob.answer_after(GetParam().latency);
  for (const TransportKind kind : {TransportKind::Ws, TransportKind::Tcp}) {
    for (Duration moment = 0ms; moment < 12 * GetParam().latency; moment += GetParam().latency / 2) {
      SCOPED_TRACE(moment.count());
      auto& alice = net.phone("1002", kind);
      alice.dial("1001");
      alice.later(moment, [&] { alice.drop_connection(); });
      net.run_for(2 * moment + 1s);
      if (alice.talking() || bob.talking()) bob.hang_up();
      alice.vanish();
      net.run_until_idle();
      ASSERT_TRUE(bob.idle());
      ASSERT_EQ(net.pbx().active_calls(), 0u);
      ASSERT_EQ(net.pbx().active_transactions(), 0u);
      ASSERT_EQ(net.media().open_legs(), 0u);
    }
  }
}

TEST_P(LostConnection, OfTheCalledPhoneLeavesNothingBehind) {
  auto& alice = net.phone("1002");
  for (const TransportKind kind : {TransportKind::Ws, TransportKind::Tcp}) {
    for (Duration moment = 0ms; moment < 12 * GetParam().latency; moment += GetParam().latency / 2) {
      SCOPED_TRACE(moment.count());
      auto& bob = net.phone("1001", kind);
      bob.answer_after(GetParam().latency);
      alice.dial("1001");
      bob.later(moment, [&] { bob.drop_connection(); });
      net.run_for(40s);
      alice.hang_up();
      bob.vanish();
      net.run_until_idle();
      ASSERT_TRUE(alice.idle());
      ASSERT_EQ(net.pbx().active_calls(), 0u);
      ASSERT_EQ(net.media().open_legs(), 0u);
    }
  }
}

}  // namespace
}  // namespace webcalling::sim
