#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::ElementsAre;
using testing::HasSubstr;

/// A phone sends its calls on by 302.
class ForwardedCall : public Story {
 protected:
  /// Every call to it goes there.
  static void forward(SimPhone& phone, const std::string& contact) {
    phone.habits().refuses = {302, 0ms};
    phone.habits().forwards_to = contact;
  }
  static std::string to(std::string_view number) { return "<sip:" + std::string(number) + "@10.0.0.1>"; }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001");
  SimPhone& carol = net.phone("1003", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, ForwardedCall, any_weather(), weather_name);

TEST_P(ForwardedCall, RingsWhereThePhoneSaid) {
  forward(bob, to("1003"));
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  EXPECT_THAT(carol.call().shown_caller(), HasSubstr("1002"));
  const sip::Request& invite = carol.call().invite();
  EXPECT_THAT(invite.values(sip::HeaderName::Diversion), ElementsAre("<sip:1001@10.0.0.1>;reason=deflection"));
  EXPECT_EQ(invite.values(sip::HeaderName::HistoryInfo).size(), 2u);
  carol.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && carol.talking(); }));
  EXPECT_EQ(net.heard_by(alice), "1003");
  EXPECT_THAT(std::string(alice.call().responses().back().header(sip::HeaderName::PAssertedIdentity).value_or("")),
              HasSubstr("1003"))
      << "the caller sees who answered";
  alice.hang_up();
}

TEST_P(ForwardedCall, MayEndAtAServiceNumber) {
  forward(bob, to("9664"));
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  EXPECT_EQ(net.heard_by(alice), "music");
  alice.hang_up();
}

TEST_P(ForwardedCall, ThatGoesInCirclesIsOver) {
  forward(bob, to("1003"));
  forward(carol, to("1001"));
  alice.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 480);
}

// ATTACKS S35: a phone's word is not enough to call the world.
TEST_P(ForwardedCall, ToAnUnknownNumberFails) {
  forward(bob, to("0900123456"));
  alice.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 480);
}

TEST_P(ForwardedCall, RingsBesideTheOtherPhonesOfTheExtension) {
  auto& second = net.phone("1001", TransportKind::Tcp);
  forward(bob, to("1003"));
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return carol.ringing() && second.ringing(); }));
  second.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && second.talking() && !carol.in_call(); }));
  alice.hang_up();
}

TEST_P(ForwardedCall, WithoutATargetHasFailed) {
  bob.habits().refuses = {302, 0ms};
  alice.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 480);
}

}  // namespace
}  // namespace webcalling::sim
