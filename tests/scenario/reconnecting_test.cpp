#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::HasSubstr;

/// A page is loaded anew, or crashes: its WebSocket and its audio are gone from one moment to the next.
class Reconnecting : public Story {
 protected:
  Reconnecting() : Reconnecting(Pbx::Settings{}) {}
  explicit Reconnecting(const Pbx::Settings& settings) : Story(settings) {}

  void crash(SimPhone& phone) {
    phone.drop_connection();
    net.run_for(GetParam().latency + 1s);
    net.report(phone, media::MediaPaused{});
  }

  /// While somebody is waited for, nothing is idle.
  SimPhone& arrive(const std::string& extension) {
    SimPhone& phone = net.new_phone(extension, TransportKind::Ws);
    phone.sign_in();
    EXPECT_TRUE(eventually([&] { return phone.is_signed_in(); }));
    return phone;
  }

  SimPhone& browser = net.phone("1002", TransportKind::Ws);
  SimPhone& bob = net.phone("1001");
};
INSTANTIATE_TEST_SUITE_P(, Reconnecting, any_weather(), weather_name);

TEST_P(Reconnecting, LetsTheOtherSideHearThatItHasToWait) {
  ASSERT_TRUE(connect(browser, bob));
  browser.drop_connection();
  net.run_for(GetParam().latency + 1s);
  EXPECT_EQ(net.heard_by(bob), "1002") << "its audio goes on";
  net.report(browser, media::MediaPaused{});
  EXPECT_EQ(net.heard_by(bob), "reconnecting");
  net.report(browser, media::MediaResumed{});
  EXPECT_EQ(net.heard_by(bob), "1002");
  bob.hang_up();
  browser.vanish();
}

TEST_P(Reconnecting, IsNothingToHearWhileTheConnectionIsThere) {
  ASSERT_TRUE(connect(browser, bob));
  net.report(browser, media::MediaPaused{});
  EXPECT_EQ(net.heard_by(bob), "1002");
  bob.hang_up();
}

TEST_P(Reconnecting, TakesTheCallOverFromTheDeadLeg) {
  browser.sign_out();
  net.run_until_idle();
  for (const bool called : {true, false}) {
    auto& page = net.phone("1002", TransportKind::Ws);
    ASSERT_TRUE(called ? connect(bob, page) : connect(page, bob));
    const std::string lost = page.call().replaces_this();
    crash(page);
    page.vanish();
    ASSERT_EQ(net.heard_by(bob), "reconnecting");
    SimPhone& reloaded = arrive("1002");
    reloaded.dial_replacing("1002", lost);
    ASSERT_TRUE(eventually([&] { return reloaded.talking(); }));
    EXPECT_TRUE(bob.talking());
    EXPECT_EQ(net.heard_by(bob), "1002");
    EXPECT_EQ(net.heard_by(reloaded), "1001");
    EXPECT_EQ(net.pbx().active_calls(), 1u);
    net.run_for(60s);
    EXPECT_TRUE(bob.talking() && reloaded.talking()) << "nobody is waited for any more";
    reloaded.hang_up();
    net.run_until_idle();
    reloaded.sign_out();
    net.run_until_idle();
  }
}

// DTLS says goodbye when a page goes.
TEST_P(Reconnecting, OutlivesTheLossOfTheMedia) {
  ASSERT_TRUE(connect(browser, bob));
  const std::string lost = browser.call().replaces_this();
  browser.drop_connection();
  net.run_for(GetParam().latency + 1s);
  net.report(browser, media::MediaLost{"DTLS closed"});
  EXPECT_EQ(net.heard_by(bob), "reconnecting");
  SimPhone& reloaded = arrive("1002");
  reloaded.dial_replacing("1002", lost);
  ASSERT_TRUE(eventually([&] { return reloaded.talking(); }));
  EXPECT_EQ(net.heard_by(bob), "1002");
  reloaded.hang_up();
  browser.vanish();
}

TEST_P(Reconnecting, GoesOnInTheSameDialogWithANewConnection) {
  ASSERT_TRUE(connect(browser, bob));
  crash(browser);
  browser.reconnect();
  browser.sign_in();
  browser.restart_ice();
  ASSERT_TRUE(reinvited(browser, 200));
  EXPECT_EQ(net.heard_by(bob), "1002");
  net.report(browser, media::MediaResumed{});
  net.run_for(60s);
  EXPECT_TRUE(bob.talking());
  bob.hang_up();
}

TEST_P(Reconnecting, IsGivenUpInTheEnd) {
  ASSERT_TRUE(connect(browser, bob));
  crash(browser);
  net.run_for(29s);
  EXPECT_TRUE(bob.talking());
  ASSERT_TRUE(eventually([&] { return bob.idle(); }));
  EXPECT_THAT(bob.call().reason(), HasSubstr("Connection lost"));
  EXPECT_EQ(net.pbx().active_calls(), 0u);
  browser.vanish();
}

TEST_P(Reconnecting, IsForOneOfTwoWhoTakeOverAtOnce) {
  ASSERT_TRUE(connect(browser, bob));
  const std::string lost = browser.call().replaces_this();
  crash(browser);
  browser.vanish();
  SimPhone& one = arrive("1002");
  SimPhone& other = arrive("1002");
  one.dial_replacing("1002", lost);
  other.dial_replacing("1002", lost);
  ASSERT_TRUE(eventually([&] {
    return (one.talking() && other.call().final_status() == 481) ||
           (other.talking() && one.call().final_status() == 481);
  }));
  EXPECT_EQ(net.heard_by(bob), "1002");
  bob.hang_up();
}

TEST_P(Reconnecting, IsNotForOthers) {
  ASSERT_TRUE(connect(browser, bob));
  crash(browser);
  SimPhone& carol = arrive("1003");
  carol.dial_replacing("1002", browser.call().replaces_this());
  ASSERT_TRUE(eventually([&] { return carol.call().final_status() == 403; }));
  EXPECT_EQ(net.heard_by(bob), "reconnecting");
  bob.hang_up();
  browser.vanish();
}

class NotReconnecting : public Reconnecting {
 protected:
  NotReconnecting() : Reconnecting({.reconnect = 0s}) {}
};
INSTANTIATE_TEST_SUITE_P(, NotReconnecting, any_weather(), weather_name);

TEST_P(NotReconnecting, EndsTheCallWithTheMedia) {
  ASSERT_TRUE(connect(browser, bob));
  browser.drop_connection();
  net.run_for(GetParam().latency + 1s);
  net.report(browser, media::MediaLost{"no consent any more"});
  ASSERT_TRUE(eventually([&] { return bob.idle(); }));
  EXPECT_THAT(bob.call().reason(), HasSubstr("Media lost"));
  browser.vanish();
}

}  // namespace
}  // namespace webcalling::sim
