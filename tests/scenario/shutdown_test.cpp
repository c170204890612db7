#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

class Shutdown : public Story {};
INSTANTIATE_TEST_SUITE_P(, Shutdown, any_weather(), weather_name);

TEST_P(Shutdown, HangsUpEverybody) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001");
  auto& carol = net.phone("1003");
  auto& dave = net.phone("1004", TransportKind::Ws);
  auto& erin = net.phone("1005");
  ASSERT_TRUE(connect(alice, bob));
  ASSERT_TRUE(ring(carol, dave));
  erin.dial("9196");
  ASSERT_TRUE(eventually([&] { return erin.talking(); }));
  EXPECT_EQ(net.pbx().active_calls(), 3u);

  net.pbx().hang_up_all();
  net.run_until_idle();
  EXPECT_THAT(alice.call().reason(), HasSubstr("shutting down"));
  EXPECT_THAT(bob.call().reason(), HasSubstr("shutting down"));
  EXPECT_THAT(erin.call().reason(), HasSubstr("shutting down"));
  EXPECT_EQ(carol.call().final_status(), 503);
  EXPECT_FALSE(dave.ringing());
}

// At every moment of a call set-up.
TEST_P(Shutdown, MayComeAtAnyTime) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  bob.answer_after(GetParam().latency);
  for (Duration moment = 0ms; moment < 12 * GetParam().latency; moment += GetParam().latency / 4) {
    SCOPED_TRACE(moment.count());
    alice.dial("1001");
    net.after(moment, [this] { net.pbx().hang_up_all(); });
    net.run_for(40s);
    // It came before there was a call.
    alice.hang_up();
    net.run_until_idle();
    ASSERT_TRUE(alice.idle() && bob.idle());
    ASSERT_EQ(net.pbx().active_calls(), 0u);
  }
}

}  // namespace
}  // namespace webcalling::sim
