#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using history::Entry;
using sip::TransportKind;
using testing::SizeIs;

/// What the extensions remember of their calls.
class History : public Story {
 protected:
  /// The only call that this extension remembers; an empty one if there is not exactly one.
  Entry only_of(const std::string& extension) {
    const auto entries = net.remembered().of(extension);
    EXPECT_THAT(entries, SizeIs(1)) << extension;
    return entries.size() == 1 ? entries.front() : Entry{};
  }
  /// Direction, other end and outcome.
  static std::string in_short(const Entry& entry) {
    return fmt::format("{} {}{}: {}{}", entry.direction == Entry::Direction::In ? "from" : "to", entry.peer_number,
                       entry.answered ? ", talked" : "", entry.cause, entry.missed ? ", missed" : "");
  }
  std::string short_of(const std::string& extension) { return in_short(only_of(extension)); }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, History, any_weather(), weather_name);

TEST_P(History, BothRememberACallWithItsTimesAndNames) {
  const TimePoint dialled = net.now();
  ASSERT_TRUE(connect(alice, bob));
  const Duration ringing = net.now() - dialled;
  net.run_for(3s);
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 1001, talked: hungUp");
  EXPECT_EQ(short_of("1001"), "from 1002, talked: hungUp");
  EXPECT_EQ(only_of("1001").peer_name, "Phone 1002");
  EXPECT_EQ(only_of("1002").peer_name, "Phone 1001");
  EXPECT_EQ(only_of("1002").call_id, std::string(alice.call().invite().call_id()));
  EXPECT_EQ(only_of("1001").call_id, std::string(bob.call().invite().call_id()));
  const Entry entry = only_of("1002");
  EXPECT_LE(entry.began, *entry.answered);
  EXPECT_LE(*entry.answered - entry.began, ringing);
  EXPECT_GE(entry.ended - *entry.answered, 3s - 2 * ringing);
}

TEST_P(History, WhoWasCalledAndDidNotAnswerHasMissedIt) {
  ASSERT_TRUE(ring(alice, bob));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 1001: cancelled");
  EXPECT_EQ(short_of("1001"), "from 1002: cancelled, missed");
}

TEST_P(History, WhoSaysNoHasMissedNothing) {
  bob.refuse(603);
  alice.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 1001: declined");
  EXPECT_EQ(short_of("1001"), "from 1002: declined");
}

TEST_P(History, APhoneThatIsAwayHasMissedItAsWell) {
  bob.sign_out();
  net.run_until_idle();
  alice.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 1001: notRegistered");
  EXPECT_EQ(short_of("1001"), "from 1002: notRegistered, missed");
  EXPECT_EQ(only_of("1002").call_id, std::string(alice.call().invite().call_id()));
  EXPECT_EQ(only_of("1002").peer_name, "Phone 1001");
}

TEST_P(History, AWrongNumberIsRememberedByTheCallerAlone) {
  alice.dial("4711");
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 4711: unknownNumber");
  EXPECT_THAT(net.remembered().entries, SizeIs(1));
}

TEST_P(History, AServiceIsACallLikeAnyOther) {
  alice.dial("9196");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 9196, talked: hungUp");
}

TEST_P(History, AllPhonesOfAnExtensionMakeOneCall) {
  auto& desk = net.phone("1001");
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return desk.ringing() && bob.ringing(); }));
  desk.answer();
  ASSERT_TRUE(eventually([&] { return desk.talking(); }));
  desk.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1001"), "from 1002, talked: hungUp");
  EXPECT_EQ(only_of("1001").call_id, std::string(desk.call().invite().call_id()));
}

TEST_P(History, WhatAnotherHasTakenIsNotMissed) {
  auto& carol = net.phone("1003");
  bob.habits().forwards_to = "<sip:1003@10.0.0.1>";
  bob.refuse(302);
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking(); }));
  carol.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 1003, talked: hungUp");
  EXPECT_EQ(short_of("1001"), "from 1002: answeredElsewhere");
  EXPECT_EQ(short_of("1003"), "from 1002, talked: hungUp");
}

TEST_P(History, WhoHidesIsNotShown) {
  alice.dial_anonymously("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1001"), "from : cancelled, missed");
  EXPECT_EQ(only_of("1001").peer_name, "");
  bob.sign_out();
  net.run_until_idle();
  alice.dial_anonymously("1001");
  net.run_until_idle();
  EXPECT_EQ(in_short(net.remembered().of("1001").back()), "from : notRegistered, missed");
}

TEST_P(History, CallingOneselfIsRememberedOnBothSides) {
  auto& desk = net.phone("1002", TransportKind::Tcp);
  alice.dial("1002");
  ASSERT_TRUE(eventually([&] { return desk.ringing(); }));
  desk.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && desk.talking(); }));
  alice.hang_up();
  net.run_until_idle();
  const auto entries = net.remembered().of("1002");
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_NE(entries[0].direction, entries[1].direction);
}

// The transferred stays in the call that he remembers until he hangs up, whoever is at the other end.
TEST_P(History, ATransferIsOneCallForWhoIsTransferred) {
  auto& carol = net.phone("1003", TransportKind::Tcp);
  ASSERT_TRUE(connect(alice, bob));
  bob.call().refer("<sip:1003@10.0.0.1>");
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking() && !bob.in_call(); }));
  net.run_for(10s);
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 1001, talked: hungUp");
  EXPECT_EQ(short_of("1003"), "from 1002, talked: hungUp");
  EXPECT_GE(only_of("1002").ended - *only_of("1002").answered, 10s);
  EXPECT_LT(only_of("1001").ended, only_of("1002").ended);
}

TEST_P(History, AServiceTakesWhoIsTransferredOutOfTheCallInWhichHeBegan) {
  ASSERT_TRUE(connect(alice, bob));
  bob.call().refer("<sip:9196@10.0.0.1>");
  ASSERT_TRUE(eventually([&] { return !bob.in_call(); }));
  settle();
  ASSERT_TRUE(alice.talking());
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(short_of("1002"), "to 1001, talked: hungUp");
  EXPECT_EQ(short_of("1001"), "from 1002, talked: transferred");
}

}  // namespace
}  // namespace webcalling::sim
