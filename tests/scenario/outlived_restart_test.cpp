#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

/// The server is killed while people talk, and started again a moment later.
class OutlivedRestart : public Story {
 protected:
  /// They hear each other, by media that the new server has made.
  [[nodiscard]] bool hear_each_other(const SimPhone& one, const SimPhone& other) {
    return eventually([&] {
      return one.talking() && other.talking() && net.heard_by(one) == other.extension() &&
             net.heard_by(other) == one.extension();
    });
  }

  void come_back(SimPhone& browser) {
    browser.reconnect();
    browser.sign_in();
    ASSERT_TRUE(eventually([&] { return browser.is_signed_in(); }));
  }

  SimPhone& alice = net.phone("1001");
  SimPhone& bob = net.phone("1002");
};
INSTANTIATE_TEST_SUITE_P(, OutlivedRestart, any_weather(), weather_name);

TEST_P(OutlivedRestart, PhonesAgreeOnNewMediaAndTalkOn) {
  ASSERT_TRUE(connect(alice, bob));
  net.restart_pbx();
  EXPECT_EQ(net.pbx().active_calls(), 1u);
  EXPECT_TRUE(hear_each_other(alice, bob));
  net.run_for(10min);
  EXPECT_TRUE(alice.talking() && bob.talking());
  bob.hang_up();
  EXPECT_TRUE(eventually([&] { return !alice.in_call(); }));
  EXPECT_EQ(net.kept_calls(), 0u);
}

TEST_P(OutlivedRestart, MoreThanOnce) {
  ASSERT_TRUE(connect(alice, bob));
  for (int i = 0; i < 3; ++i) {
    net.restart_pbx();
    ASSERT_TRUE(hear_each_other(alice, bob));
  }
  alice.hang_up();
}

TEST_P(OutlivedRestart, HistoryKnowsWhenItBegan) {
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(1h);
  net.restart_pbx();
  ASSERT_TRUE(hear_each_other(alice, bob));
  alice.hang_up();
  net.run_until_idle();
  for (const auto& extension : {"1001", "1002"}) {
    const auto entries = net.remembered().of(extension);
    ASSERT_EQ(entries.size(), 1u) << extension;
    ASSERT_TRUE(entries[0].answered);
    EXPECT_GE(entries[0].ended - *entries[0].answered, 1h);
    EXPECT_FALSE(entries[0].call_id.empty());
  }
  EXPECT_EQ(net.remembered().of("1001")[0].direction, history::Entry::Direction::Out);
  EXPECT_EQ(net.remembered().of("1002")[0].direction, history::Entry::Direction::In);
}

TEST_P(OutlivedRestart, CallOnHoldStaysOnHold) {
  ASSERT_TRUE(connect(alice, bob));
  alice.hold();
  ASSERT_TRUE(reinvited(alice, 200));
  net.restart_pbx();
  EXPECT_TRUE(eventually([&] { return net.heard_by(bob) == "music"; }));
  settle();
  EXPECT_EQ(net.heard_by(bob), "music");
  alice.resume();
  EXPECT_TRUE(hear_each_other(alice, bob));
  bob.hang_up();
}

TEST_P(OutlivedRestart, EncryptedCallStaysEncrypted) {
  alice.habits().encrypts = true;
  ASSERT_TRUE(connect(alice, bob));
  net.restart_pbx();
  EXPECT_TRUE(hear_each_other(alice, bob));
  const auto& remote = std::get<media::RemotePlain>(net.leg_of(alice).settings->remote);
  EXPECT_FALSE(std::holds_alternative<media::InTheClear>(remote.protection));
  bob.hang_up();
}

TEST_P(OutlivedRestart, EndsWhenOneHangsUpBeforeItIsAsked) {
  ASSERT_TRUE(connect(alice, bob));
  net.restart_pbx();
  alice.hang_up();
  EXPECT_TRUE(eventually([&] { return !alice.in_call() && !bob.in_call(); }));
}

TEST_P(OutlivedRestart, EndsWhenAPhoneIsGone) {
  ASSERT_TRUE(connect(alice, bob));
  alice.vanish();
  net.restart_pbx();
  EXPECT_TRUE(eventually([&] { return net.heard_by(bob) == "reconnecting"; }));
  EXPECT_TRUE(eventually([&] { return !bob.in_call(); }));
}

TEST_P(OutlivedRestart, EndsWhenAPhoneKnowsNothingOfIt) {
  ASSERT_TRUE(connect(alice, bob));
  alice.habits().answers_with[sip::Method::Invite] = 481;
  net.restart_pbx();
  EXPECT_TRUE(eventually([&] { return !bob.in_call(); }));
  alice.vanish();
}

TEST_P(OutlivedRestart, PhoneThatIsBusyWithItselfIsAskedAgain) {
  ASSERT_TRUE(connect(alice, bob));
  alice.habits().answers_with[sip::Method::Invite] = 491;
  net.restart_pbx();
  EXPECT_TRUE(eventually([&] { return net.heard_by(bob) == "reconnecting"; }));
  alice.habits().answers_with.clear();
  EXPECT_TRUE(hear_each_other(alice, bob));
  bob.hang_up();
}

TEST_P(OutlivedRestart, BrowserTakesItsCallBack) {
  for (const bool called : {true, false}) {
    SimPhone& browser = net.phone("1003", TransportKind::Ws);
    ASSERT_TRUE(called ? connect(bob, browser) : connect(browser, bob));
    const std::string lost = browser.call().replaces_this();
    net.restart_pbx();
    EXPECT_TRUE(eventually([&] { return net.heard_by(bob) == "reconnecting"; }));
    // Another page has nothing of the old one but the name of its call.
    browser.vanish();
    SimPhone& page = net.new_phone("1003", TransportKind::Ws);
    page.sign_in();
    ASSERT_TRUE(eventually([&] { return page.is_signed_in(); }));
    page.dial_replacing("1003", lost);
    EXPECT_TRUE(hear_each_other(page, bob));
    EXPECT_EQ(net.pbx().active_calls(), 1u);
    net.run_for(60s);
    EXPECT_TRUE(bob.talking() && page.talking()) << "nobody is waited for any more";
    page.hang_up();
    net.run_until_idle();
    page.sign_out();
    net.run_until_idle();
  }
}

TEST_P(OutlivedRestart, TwoBrowsersFindEachOther) {
  SimPhone& carol = net.phone("1003", TransportKind::Ws);
  SimPhone& dave = net.phone("1004", TransportKind::Ws);
  ASSERT_TRUE(connect(carol, dave));
  const std::string of_carol = carol.call().replaces_this();
  const std::string of_dave = dave.call().replaces_this();
  net.restart_pbx();
  carol.vanish();
  dave.vanish();
  SimPhone& new_carol = net.new_phone("1003", TransportKind::Ws);
  SimPhone& new_dave = net.new_phone("1004", TransportKind::Ws);
  new_carol.sign_in();
  new_dave.sign_in();
  ASSERT_TRUE(eventually([&] { return new_carol.is_signed_in() && new_dave.is_signed_in(); }));
  new_carol.dial_replacing("1003", of_carol);
  EXPECT_TRUE(eventually([&] { return new_carol.talking(); }));
  EXPECT_EQ(net.heard_by(new_carol), "reconnecting");
  new_dave.dial_replacing("1004", of_dave);
  EXPECT_TRUE(hear_each_other(new_carol, new_dave));
  new_dave.hang_up();
}

TEST_P(OutlivedRestart, BrowserThatAsksInItsOldDialogIsToldToBeginAnew) {
  SimPhone& browser = net.phone("1003", TransportKind::Ws);
  ASSERT_TRUE(connect(browser, bob));
  net.restart_pbx();
  come_back(browser);
  browser.restart_ice();
  EXPECT_TRUE(reinvited(browser, 481));
  EXPECT_TRUE(eventually([&] { return net.heard_by(bob) == "reconnecting"; }));
  browser.vanish();
  EXPECT_TRUE(eventually([&] { return !bob.in_call(); })) << "it did not begin anew";
}

TEST_P(OutlivedRestart, NobodyElseTakesIt) {
  SimPhone& browser = net.phone("1003", TransportKind::Ws);
  SimPhone& mallory = net.phone("1004");
  ASSERT_TRUE(connect(browser, bob));
  const std::string lost = browser.call().replaces_this();
  net.restart_pbx();
  mallory.dial_replacing("1003", lost);
  EXPECT_TRUE(eventually([&] { return !mallory.in_call(); }));
  EXPECT_EQ(mallory.call().final_status(), 403);
  browser.vanish();
}

TEST_P(OutlivedRestart, CallThatOnlyRingsIsNotKept) {
  ASSERT_TRUE(ring(alice, bob));
  EXPECT_EQ(net.kept_calls(), 0u);
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  EXPECT_EQ(net.kept_calls(), 1u);
  net.pbx().hang_up_all();
  EXPECT_TRUE(eventually([&] { return !alice.in_call() && !bob.in_call(); }));
  EXPECT_EQ(net.kept_calls(), 0u) << "a server that is told to stop ends its calls";
}

class ImpatientRestart : public Story {
 protected:
  ImpatientRestart() : Story({.reconnect = 0s}) {}
};
INSTANTIATE_TEST_SUITE_P(, ImpatientRestart, fair_weather(), weather_name);

TEST_P(ImpatientRestart, GoesOnWithNoCall) {
  SimPhone& alice = net.phone("1001");
  SimPhone& bob = net.phone("1002");
  ASSERT_TRUE(connect(alice, bob));
  net.restart_pbx();
  EXPECT_EQ(net.pbx().active_calls(), 0u);
  alice.hang_up();
  bob.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
