#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

class LostMedia : public Story {};
INSTANTIATE_TEST_SUITE_P(, LostMedia, any_weather(), weather_name);

TEST_P(LostMedia, EndsTheCallForBothSides) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001", TransportKind::Ws);
  for (const bool of_the_caller : {true, false}) {
    ASSERT_TRUE(connect(alice, bob));
    net.report(of_the_caller ? alice : bob, media::MediaLost{"no packet for too long"});
    net.run_until_idle();
    EXPECT_THAT(alice.call().reason(), HasSubstr("Media lost"));
    EXPECT_THAT(bob.call().reason(), HasSubstr("Media lost"));
  }
}

TEST_P(LostMedia, EndsACallWithAnApplication) {
  auto& alice = net.phone("1002");
  alice.dial("9196");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  net.report(alice, media::MediaLost{"no packet for too long"});
  EXPECT_TRUE(eventually([&] { return alice.idle(); }));
}

TEST_P(LostMedia, OfBothSidesAtOnceIsOneEnd) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  const media::LegId second = net.leg_of(bob).local.id;
  net.report(alice, media::MediaLost{"no packet for too long"});
  net.pbx().on_media_event(second, media::MediaLost{"no packet for too long"});
  net.run_until_idle();
  EXPECT_FALSE(alice.talking() || bob.talking());
}

}  // namespace
}  // namespace webcalling::sim
