#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

class CancelledCall : public Story {};
INSTANTIATE_TEST_SUITE_P(, CancelledCall, any_weather(), weather_name);

TEST_P(CancelledCall, StopsRinging) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 487);
  EXPECT_TRUE(bob.idle());
  EXPECT_THAT(bob.call().reason(), HasSubstr("SIP;cause=487"));
}

TEST_P(CancelledCall, StopsRingingOnEveryPhoneOfTheExtension) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& desk = net.phone("1001");
  auto& browser = net.phone("1001", TransportKind::Ws);
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return desk.ringing() && browser.ringing(); }));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 487);
}

TEST_P(CancelledCall, ReachesAPhoneThatHasNotRungYet) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  bob.habits().rings = false;
  ASSERT_TRUE(ring(alice, bob));
  EXPECT_TRUE(alice.call().responses().empty());
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 487);
}

// At every moment of a call set-up: before the challenge, between INVITE and 100, while it rings, and crossing the 200
// on either leg. Whoever was first, both must agree in the end that there is no call.
TEST_P(CancelledCall, MayCrossTheAnswer) {
  for (const TransportKind kind : {TransportKind::Udp, TransportKind::Ws}) {
    auto& alice = net.phone("1002", kind);
    auto& bob = net.phone("1001", kind);
    bob.answer_after(GetParam().latency);
    for (Duration moment = 0ms; moment < 12 * GetParam().latency; moment += GetParam().latency / 4) {
      SCOPED_TRACE(moment.count());
      alice.dial("1001");
      alice.hang_up_after(moment);
      net.run_until_idle();
      ASSERT_TRUE(alice.idle() && bob.idle());
      ASSERT_EQ(net.pbx().active_calls(), 0u);
      ASSERT_EQ(net.media().open_legs(), 0u);
    }
    alice.sign_out();
    bob.sign_out();
    net.run_until_idle();
  }
}

TEST_P(CancelledCall, MayCrossARefusal) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  bob.refuse(486, GetParam().latency);
  for (Duration moment = 0ms; moment < 12 * GetParam().latency; moment += GetParam().latency / 4) {
    SCOPED_TRACE(moment.count());
    alice.dial("1001");
    alice.hang_up_after(moment);
    net.run_until_idle();
    ASSERT_TRUE(alice.idle() && bob.idle());
    ASSERT_THAT(alice.call().final_status(), testing::AnyOf(407, 486, 487));
  }
}

TEST_P(CancelledCall, EndsAlthoughTheCalledPhoneIsGone) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  bob.vanish();
  alice.hang_up();
  net.run_for(20s);
  EXPECT_EQ(alice.call().final_status(), 487) << "the caller does not wait for a phone that is gone";
}

}  // namespace
}  // namespace webcalling::sim
