#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

/// One extension with two phones.
class ForkedCall : public Story {
 protected:
  bool ring_both() {
    alice.dial("1001");
    return eventually([this] { return desk.ringing() && browser.ringing(); });
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& desk = net.phone("1001");
  SimPhone& browser = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, ForkedCall, any_weather(), weather_name);

TEST_P(ForkedCall, IsTakenByTheFirstToAnswerAndStopsRingingAtTheOther) {
  ASSERT_TRUE(ring_both());
  browser.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && browser.talking() && desk.idle(); }));
  EXPECT_THAT(desk.call().reason(), HasSubstr("SIP;cause=200;text=\"Call completed elsewhere\""));
  EXPECT_EQ(net.heard_by(alice), "1001");
  alice.hang_up();
}

TEST_P(ForkedCall, ClosesTheMediaOfThePhonesThatLost) {
  ASSERT_TRUE(ring_both());
  EXPECT_GE(net.media().open_legs(), 2u);
  browser.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && browser.talking() && desk.idle(); }));
  EXPECT_EQ(net.media().open_legs(), 2u);
  alice.hang_up();
}

TEST_P(ForkedCall, ClosesTheMediaOfAPhoneThatIsGoneAsSoonAsAnotherAnswers) {
  desk.vanish();
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return browser.ringing(); }));
  EXPECT_EQ(net.media().open_legs(), 2u) << "of the two that are called";
  browser.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && browser.talking(); }));
  EXPECT_EQ(net.media().open_legs(), 2u);
  alice.hang_up();
}

TEST_P(ForkedCall, IsTakenByOneOfTwoThatAnswerAtTheSameMoment) {
  for (int round = 0; round < 10; ++round) {
    ASSERT_TRUE(ring_both());
    browser.answer();
    net.after(round * GetParam().latency / 5, [this] { desk.answer(); });
    ASSERT_TRUE(eventually([&] { return alice.talking() && (desk.idle() || browser.idle()); }));
    settle();
    ASSERT_NE(desk.talking(), browser.talking()) << "exactly one";
    auto& winner = desk.talking() ? desk : browser;
    EXPECT_EQ(&net.leg_of(winner), net.media().find(std::get<media::OtherLeg>(net.leg_of(alice).heard).leg));
    alice.hang_up();
    net.run_until_idle();
    ASSERT_TRUE(alice.idle() && desk.idle() && browser.idle());
  }
}

TEST_P(ForkedCall, SaysByeOnceToAPhoneThatAnsweredTooLate) {
  ASSERT_TRUE(ring_both());
  browser.answer();
  net.run_for(2 * GetParam().latency - 1ms);
  desk.answer();
  // The phone repeats its answer, since the ACK does not come.
  net.lose("ACK", 3);
  ASSERT_TRUE(eventually([&] { return alice.talking() && browser.talking() && desk.idle(); }));
  EXPECT_LE(desk.call().byes_received(), 1u);
  EXPECT_THAT(desk.call().reason(), HasSubstr("Call completed elsewhere"));
  alice.hang_up();
}

TEST_P(ForkedCall, GoesOnRingingWhenOnePhoneIsBusy) {
  desk.refuse(486);
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return desk.has_been_called() && desk.idle() && browser.ringing(); }));
  browser.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && browser.talking(); }));
  browser.hang_up();
}

TEST_P(ForkedCall, IsOverForAllWhenOnePersonDeclines) {
  ASSERT_TRUE(ring_both());
  desk.call().refuse(603);
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 603);
  EXPECT_FALSE(browser.ringing());
}

TEST_P(ForkedCall, TellsTheCallerTheMostTellingRefusal) {
  ASSERT_TRUE(ring_both());
  browser.call().refuse(486);
  desk.call().refuse(480);
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 486);
}

TEST_P(ForkedCall, DoesNotWaitForAPhoneThatIsGone) {
  browser.drop_connection();
  ASSERT_TRUE(connect(alice, desk));
  alice.hang_up();
}

TEST_P(ForkedCall, SurvivesThatAPhoneBreaksAwayWhileItRings) {
  ASSERT_TRUE(ring_both());
  browser.drop_connection();
  net.run_for(1s);
  desk.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && desk.talking(); }));
  desk.hang_up();
}

TEST_P(ForkedCall, FromOneOfItsOwnPhonesRingsTheOthers) {
  ASSERT_TRUE(connect(desk, browser));
  EXPECT_EQ(net.pbx().active_calls(), 1u);
  desk.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
