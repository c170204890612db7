#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

class ServiceNumber : public Story {};
INSTANTIATE_TEST_SUITE_P(, ServiceNumber, any_weather(), weather_name);

TEST_P(ServiceNumber, EchoLetsTheCallerHearItself) {
  for (const TransportKind kind : {TransportKind::Udp, TransportKind::Tcp, TransportKind::Ws}) {
    auto& alice = net.phone("1002", kind);
    alice.dial("9196");
    ASSERT_TRUE(eventually([&] { return alice.talking(); }));
    EXPECT_EQ(net.heard_by(alice), "1002");
    net.report(alice, media::DigitReceived{'1'});
    alice.hang_up();
    net.run_until_idle();
  }
}

TEST_P(ServiceNumber, MusicPlaysMusic) {
  auto& alice = net.phone("1002");
  alice.dial("9664");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  EXPECT_EQ(net.heard_by(alice), "music");
  alice.hang_up();
}

TEST_P(ServiceNumber, AudioCheckPlaysBackWhatItHearsAndHangsUp) {
  for (const TransportKind kind : {TransportKind::Udp, TransportKind::Ws}) {
    auto& alice = net.phone("1002", kind);
    alice.dial("9199");
    ASSERT_TRUE(eventually([&] { return alice.talking(); }));
    EXPECT_EQ(net.heard_by(alice), "1002 later");
    net.run_until_idle();
    EXPECT_TRUE(alice.idle());
    EXPECT_EQ(net.pbx().active_calls(), 0U);
  }
}

TEST_P(ServiceNumber, AudioCheckMayBeLeftEarly) {
  auto& alice = net.phone("1002");
  alice.dial("9199");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_TRUE(alice.idle());
}

TEST_P(ServiceNumber, MayBeHeldAndResumed) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  alice.dial("9196");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  alice.resume();
  ASSERT_TRUE(reinvited(alice, 200));
  EXPECT_EQ(net.heard_by(alice), "1002");
  alice.hang_up();
}

TEST_P(ServiceNumber, MayBeCancelledAtEveryMoment) {
  auto& alice = net.phone("1002");
  for (Duration moment = 0ms; moment < 8 * GetParam().latency; moment += GetParam().latency / 4) {
    alice.dial("9196");
    alice.hang_up_after(moment);
    net.run_until_idle();
    ASSERT_TRUE(alice.idle());
  }
}

TEST_P(ServiceNumber, WithoutACodecOfOursIs488) {
  auto& alice = net.phone("1002");
  alice.dial("9196",
             "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 7078 RTP/AVP 18\r\n");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 488);
}

}  // namespace
}  // namespace webcalling::sim
