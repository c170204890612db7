#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

class EarlyMedia : public Story {
 protected:
  static std::vector<int> statuses(const SimPhone& phone) {
    std::vector<int> out;
    for (const sip::Response& response : phone.call().responses()) out.push_back(response.status());
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(, EarlyMedia, any_weather(), weather_name);

// SIP.js keeps the SDP of the 183 and ignores that of the 200.
TEST_P(EarlyMedia, GivesABrowserRingbackAndTheSameDescriptionTwice) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001", TransportKind::Tcp);
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(eventually([&] { return !alice.call().responses().empty(); }));
  EXPECT_EQ(statuses(alice), std::vector{183});
  EXPECT_EQ(net.heard_by(alice), "ringback");
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  ASSERT_EQ(statuses(alice), (std::vector{183, 200}));
  const auto& responses = alice.call().responses();
  EXPECT_EQ(responses[0].body(), responses[1].body());
  EXPECT_EQ(responses[0].to_tag(), responses[1].to_tag());
  EXPECT_EQ(net.heard_by(alice), "1001");
  alice.hang_up();
}

TEST_P(EarlyMedia, IsNotForAPhoneThatMakesItsOwnRingback) {
  auto& alice = net.phone("1002", TransportKind::Tcp);
  auto& bob = net.phone("1001", TransportKind::Ws);
  ASSERT_TRUE(ring(alice, bob));
  settle();
  EXPECT_EQ(statuses(alice), std::vector{180});
  EXPECT_TRUE(alice.call().responses().front().body().empty());
  alice.hang_up();
}

TEST_P(EarlyMedia, OfTheOnlyPhoneIsHeardByTheCaller) {
  for (const TransportKind kind : {TransportKind::Ws, TransportKind::Tcp}) {
    auto& alice = net.phone("1002", kind);
    auto& bob = net.phone("1001", TransportKind::Tcp);
    bob.habits().has_early_media = true;
    ASSERT_TRUE(ring(alice, bob));
    settle();
    EXPECT_EQ(statuses(alice), std::vector{183});
    EXPECT_EQ(net.heard_by(alice), "1001");
    bob.answer();
    ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
    EXPECT_EQ(alice.call().responses()[0].body(), alice.call().responses()[1].body());
    alice.hang_up();
    net.run_until_idle();
    alice.sign_out();
    bob.sign_out();
    net.run_until_idle();
  }
}

TEST_P(EarlyMedia, OfOneOfSeveralPhonesIsOnlyRinging) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& announcing = net.phone("1001", TransportKind::Tcp);
  auto& other = net.phone("1001", TransportKind::Tcp);
  announcing.habits().has_early_media = true;
  alice.dial("1001");
  settle();
  ASSERT_TRUE(announcing.ringing() && other.ringing());
  EXPECT_EQ(net.heard_by(alice), "ringback");
  alice.hang_up();
}

TEST_P(EarlyMedia, EndsWithACallThatIsCancelled) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001", TransportKind::Tcp);
  bob.habits().has_early_media = true;
  ASSERT_TRUE(ring(alice, bob));
  settle();
  EXPECT_EQ(net.media().open_legs(), 2u);
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(net.media().open_legs(), 0u);
}

TEST_P(EarlyMedia, ThatIsLostDoesNotEndTheCall) {
  auto& alice = net.phone("1002", TransportKind::Ws);
  auto& bob = net.phone("1001");
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(eventually([&] { return net.heard_by(alice) == "ringback"; }));
  net.report(alice, media::MediaLost{"no consent"});
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
