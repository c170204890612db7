#include "guard/guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::guard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Verdict = Guard::Verdict;

class GuardTest : public testing::Test {
 protected:
  static Settings settings() {
    Settings settings;
    settings.requests_per_second = 10;
    settings.burst = 20;
    settings.connections_per_address = 3;
    settings.trusted_proxies = {Network::parse("10.0.0.1").value()};
    settings.scanner_user_agents = {"friendly-scanner", "sipcli"};
    settings.remembered_sources = 1024;
    return settings;
  }
  static IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
  void pass(Duration time) { timers.advance(timers.now() + time); }
  /// How many of so many requests pass.
  int passing(int requests, std::string_view from) {
    int passed = 0;
    for (int i = 0; i < requests; ++i) passed += guard.admit(address(from)) == Verdict::Pass ? 1 : 0;
    return passed;
  }
  void guess(int times, std::string_view from, Proof proof = Proof::Address) {
    for (int i = 0; i < times; ++i) guard.on_offence(address(from), Offence::WrongPassword, "1001", proof);
  }
  [[nodiscard]] bool banned(std::string_view from) const { return guard.is_banned(address(from)); }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{1};
  std::vector<std::string> said;
  Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  Guard guard{
      {.timers = timers,
       .random = random,
       .wall_clock =
           [this] {
             return WallTime{std::chrono::duration_cast<std::chrono::milliseconds>(timers.now().time_since_epoch())};
           },
       .log = log},
      settings()};
};

TEST_F(GuardTest, ABurstPassesAndThenTheSteadyRate) {
  EXPECT_EQ(passing(100, "192.0.2.1"), 20);
  pass(1s);
  EXPECT_EQ(passing(100, "192.0.2.1"), 10);
  EXPECT_EQ(passing(100, "192.0.2.2"), 20) << "another source has its own";
  EXPECT_EQ(guard.denied(Denial::Requests), 250u);
}

TEST_F(GuardTest, OneThatIsTooFastIsToldOnceASecond) {
  passing(20, "192.0.2.1");
  EXPECT_EQ(guard.admit(address("192.0.2.1")), Verdict::Refuse);
  EXPECT_EQ(guard.admit(address("192.0.2.1")), Verdict::Drop);
  pass(999ms);
  EXPECT_EQ(passing(9, "192.0.2.1"), 9);
  EXPECT_EQ(guard.admit(address("192.0.2.1")), Verdict::Drop);
  pass(1ms);
  EXPECT_EQ(passing(1, "192.0.2.1"), 1);
  EXPECT_EQ(guard.admit(address("192.0.2.1")), Verdict::Refuse);
}

TEST_F(GuardTest, OneIpv6SubscriberIsOneSource) {
  EXPECT_EQ(passing(15, "2001:db8:1:2::1"), 15);
  EXPECT_EQ(passing(15, "2001:db8:1:2:ffff::9"), 5);
  EXPECT_EQ(passing(15, "2001:db8:1:3::1"), 15);
  guess(10, "2001:db8:1:2::1");
  EXPECT_TRUE(banned("2001:db8:1:2:a:b:c:d"));
  EXPECT_FALSE(banned("2001:db8:1:3::1"));
}

TEST_F(GuardTest, TrustedNetworksAreNeverLimitedOrBanned) {
  EXPECT_EQ(passing(1000, "127.0.0.1"), 1000);
  EXPECT_EQ(passing(1000, "::1"), 1000);
  guess(100, "127.0.0.2");
  EXPECT_TRUE(guard.admit_agent(address("::1"), "friendly-scanner", Proof::Address));
  EXPECT_FALSE(banned("127.0.0.2"));
  std::vector<Guard::Ticket> open;
  for (int i = 0; i < 10; ++i) open.push_back(guard.admit_connection(address("127.0.0.1")));
  for (int i = 0; i < 200; ++i) open.push_back(guard.admit_call(address("127.0.0.1")));
  EXPECT_THAT(open, testing::Not(testing::Contains(nullptr)));
  guard.restore(
      {{.source = site_of(address("127.0.0.1")), .reason = "a mistake", .since = {}, .until = WallTime::max()}});
  EXPECT_EQ(guard.admit(address("127.0.0.1")), Verdict::Pass);
}

TEST_F(GuardTest, TrustedProxyIsNeverBannedButWhoIsBehindItIs) {
  const IpAddress client = guard.client_of(address("10.0.0.1"), "6.6.6.6, 192.0.2.1");
  EXPECT_EQ(client.text(), "192.0.2.1");
  guess(10, "192.0.2.1");
  guess(100, "10.0.0.1");
  EXPECT_EQ(guard.admit(client), Verdict::Banned);
  EXPECT_EQ(guard.admit(address("10.0.0.1")), Verdict::Pass);
  EXPECT_EQ(guard.admit(address("192.0.2.2")), Verdict::Pass);
}

TEST_F(GuardTest, ConnectionsAreCountedWhileTheyAreOpen) {
  std::vector<Guard::Ticket> open;
  for (int i = 0; i < 3; ++i) open.push_back(guard.admit_connection(address("192.0.2.1")));
  EXPECT_THAT(open, testing::Each(testing::Ne(nullptr)));
  EXPECT_EQ(guard.admit_connection(address("192.0.2.1")), nullptr);
  EXPECT_NE(guard.admit_connection(address("192.0.2.2")), nullptr);
  EXPECT_EQ(guard.open_connections(), 3u);
  open.pop_back();
  EXPECT_NE(guard.admit_connection(address("192.0.2.1")), nullptr);
  open.clear();
  EXPECT_EQ(guard.open_connections(), 0u);
  EXPECT_EQ(guard.denied(Denial::Connections), 1u);
}

TEST_F(GuardTest, SourceWhereSomebodyHasAuthenticatedHasTenTimesTheRoom) {
  passing(20, "192.0.2.1");
  guard.on_authenticated(address("192.0.2.1"));
  pass(2s);
  EXPECT_EQ(passing(1000, "192.0.2.1"), 200);
  guess(99, "192.0.2.1");
  EXPECT_FALSE(banned("192.0.2.1"));
  guess(1, "192.0.2.1");
  EXPECT_TRUE(banned("192.0.2.1"));
  guard.on_authenticated(address("192.0.2.2"));
  pass(1h);
  EXPECT_EQ(passing(1000, "192.0.2.2"), 20) << "for an hour";
}

TEST_F(GuardTest, GuessingEndsInABanAndOneLineInTheLog) {
  guess(9, "192.0.2.1");
  EXPECT_FALSE(banned("192.0.2.1"));
  guess(5, "192.0.2.1");
  EXPECT_TRUE(banned("192.0.2.1"));
  EXPECT_EQ(guard.admit(address("192.0.2.1")), Verdict::Banned);
  EXPECT_EQ(guard.admit_connection(address("192.0.2.1")), nullptr);
  EXPECT_THAT(said, ElementsAre("192.0.2.1 is banned for 5 minutes: too many wrong passwords, at last 1001"));
  EXPECT_EQ(guard.denied(Denial::Banned), 2u);
  pass(5min);
  EXPECT_FALSE(banned("192.0.2.1"));
  guess(10, "192.0.2.1");
  EXPECT_THAT(said.back(), HasSubstr("is banned for 20 minutes (its ban number 2)"));
}

// Many phones try once a minute for ever.
TEST_F(GuardTest, PhoneWithAnOldPasswordIsNoAttack) {
  for (int i = 0; i < 1000; ++i) {
    guess(1, "192.0.2.1");
    pass(1min);
  }
  EXPECT_FALSE(banned("192.0.2.1"));
}

TEST_F(GuardTest, ScannerIsBannedAtOnce) {
  EXPECT_TRUE(guard.admit_agent(address("192.0.2.1"), "baresip v3.0", Proof::None));
  EXPECT_FALSE(guard.admit_agent(address("192.0.2.1"), "Friendly-Scanner", Proof::None));
  EXPECT_TRUE(banned("192.0.2.1"));
  EXPECT_FALSE(guard.admit_agent(address("192.0.2.2"), "sipcli/v1.8", Proof::Address));
  EXPECT_TRUE(banned("192.0.2.2"));
  EXPECT_EQ(guard.denied(Denial::Scanner), 2u);
}

TEST_F(GuardTest, NobodyIsFramedByInventedAddressesWhereSomebodyHasAuthenticated) {
  guard.on_authenticated(address("192.0.2.1"));
  guess(1000, "192.0.2.1", Proof::None);
  EXPECT_FALSE(guard.admit_agent(address("192.0.2.1"), "friendly-scanner", Proof::None));
  EXPECT_FALSE(banned("192.0.2.1"));
  EXPECT_FALSE(guard.admit_agent(address("192.0.2.1"), "friendly-scanner", Proof::Address));
  EXPECT_TRUE(banned("192.0.2.1"));
}

TEST_F(GuardTest, AMillionInventedAddressesNeitherGrowItNorPushOutABan) {
  guess(10, "192.0.2.1");
  const std::size_t lines = said.size();
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    const IpAddress invented = IpAddress::v4(0x0b000000 + i);
    if (guard.admit(invented) == Verdict::Pass) {
      (void)guard.admit_agent(invented, "friendly-scanner", Proof::None);
    }
    pass(1us);
  }
  EXPECT_TRUE(banned("192.0.2.1"));
  EXPECT_LE(guard.active_bans(), 120u) << "bans on mere suspicion are few per second";
  EXPECT_LE(said.size() - lines, 120u);
}

TEST_F(GuardTest, OthersDecideToo) {
  std::vector<std::string> begun;
  guard.set_on_ban([&](const Ban& ban) { begun.push_back(ban.source.text()); });
  guess(10, "192.0.2.1");
  guess(10, "192.0.2.2");
  const auto written = guard.bans();
  const auto keep_nothing = [](const Network&) { return false; };
  guard.replace(written, keep_nothing);
  EXPECT_TRUE(banned("192.0.2.1") && banned("192.0.2.2"));
  EXPECT_THAT(begun, ElementsAre("192.0.2.1", "192.0.2.2"));

  guard.replace({}, [&](const Network& source) { return source == site_of(address("192.0.2.2")); });
  EXPECT_FALSE(banned("192.0.2.1")) << "lifted";
  EXPECT_TRUE(banned("192.0.2.2")) << "begun while the others were being read";

  guard.replace({{.source = site_of(address("192.0.2.9")), .reason = "by hand", .since = {}, .until = WallTime::max()}},
                keep_nothing);
  EXPECT_TRUE(banned("192.0.2.9"));
  EXPECT_FALSE(banned("192.0.2.2"));
  EXPECT_THAT(begun, ElementsAre("192.0.2.1", "192.0.2.2", "192.0.2.9"));
}

TEST_F(GuardTest, CallsAreCountedUntilTheyEnd) {
  std::vector<Guard::Ticket> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(guard.admit_call(address("192.0.2.1")));
  EXPECT_THAT(calls, testing::Not(testing::Contains(nullptr)));
  EXPECT_EQ(guard.admit_call(address("192.0.2.1")), nullptr);
  EXPECT_NE(guard.admit_call(address("192.0.2.2")), nullptr);
  calls.pop_back();
  EXPECT_NE(guard.admit_call(address("192.0.2.1")), nullptr);
  EXPECT_EQ(guard.denied(Denial::Calls), 1u);
}

TEST_F(GuardTest, TransactionsAreAsManyAsEndInTheMeantime) {
  const auto admitted = [this] {
    int count = 0;
    for (int i = 0; i < 2000; ++i) count += guard.admit_transaction(address("192.0.2.1")) ? 1 : 0;
    return count;
  };
  EXPECT_EQ(admitted(), 1000);
  pass(16s);
  EXPECT_EQ(admitted(), 500);
  EXPECT_EQ(guard.denied(Denial::Transactions), 2500u);
}

TEST(GuardWords, SayHowLong) {
  EXPECT_EQ(in_words(5min), "5 minutes");
  EXPECT_EQ(in_words(1h), "1 hour");
  EXPECT_EQ(in_words(7 * 24h), "7 days");
  EXPECT_EQ(in_words(90s), "90 seconds");
}

}  // namespace
}  // namespace webcalling::guard
