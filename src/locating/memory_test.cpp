#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "locating/resolver_for_tests.hpp"
#include "locating/server_locator.hpp"

namespace webcalling::locating {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const Question kQuestion{RecordType::A, "example.com"};

class RecordCacheTest : public testing::Test {
 protected:
  /// The number of records, or -1 for an error.
  int ask(const Question& question = kQuestion) {
    int records = -2;
    cache.ask(question, [&](const auto& answer) { records = answer ? static_cast<int>(answer->records.size()) : -1; });
    EXPECT_EQ(records, -2) << "answered from inside ask()";
    timers.advance(timers.now() + 1s);
    return records;
  }
  void pass(Duration duration) { timers.advance(timers.now() + duration); }

  TimerQueue timers{TimePoint{1000s}};
  ResolverForTests dns{timers};
  RecordCache cache{timers, dns, {.entries = 4}};
};

TEST_F(RecordCacheTest, AsksAgainOnlyWhenTheTimeIsUp) {
  dns.add_address("example.com", "192.0.2.1");
  dns.set_ttl(kQuestion, 60s);
  EXPECT_EQ(ask(), 1);
  EXPECT_EQ(ask(), 1);
  EXPECT_THAT(dns.asked, SizeIs(1));
  pass(60s);
  EXPECT_EQ(ask(), 1);
  EXPECT_THAT(dns.asked, SizeIs(2));
}

TEST_F(RecordCacheTest, BoundsWhatADomainMayWish) {
  dns.add_address("example.com", "192.0.2.1");
  dns.set_ttl(kQuestion, 0s);
  ask();
  ask();
  EXPECT_THAT(dns.asked, SizeIs(1)) << "at least some seconds";
  pass(10s);
  dns.set_ttl(kQuestion, std::chrono::hours(24 * 365));
  ask();
  pass(2h);
  ask();
  EXPECT_THAT(dns.asked, SizeIs(3)) << "at most an hour";
}

TEST_F(RecordCacheTest, RemembersThatSomethingDoesNotExist) {
  EXPECT_EQ(ask(), 0);
  EXPECT_EQ(ask(), 0);
  EXPECT_THAT(dns.asked, SizeIs(1));
  pass(5min);
  dns.add_address("example.com", "192.0.2.1");
  EXPECT_EQ(ask(), 1);
}

TEST_F(RecordCacheTest, RemembersForAMomentThatNobodyAnswered) {
  dns.fail(kQuestion);
  EXPECT_EQ(ask(), -1);
  EXPECT_EQ(ask(), -1);
  EXPECT_THAT(dns.asked, SizeIs(1));
  pass(5s);
  ask();
  EXPECT_THAT(dns.asked, SizeIs(2));
}

TEST_F(RecordCacheTest, AsksOnceForManyWhoWait) {
  dns.add_address("example.com", "192.0.2.1");
  int told = 0;
  for (int i = 0; i < 5; ++i) cache.ask(kQuestion, [&](const auto&) { ++told; });
  pass(1s);
  EXPECT_EQ(told, 5);
  EXPECT_THAT(dns.asked, SizeIs(1));
}

TEST_F(RecordCacheTest, DoesNotGrowBeyondItsLimit) {
  for (int i = 0; i < 100; ++i) {
    ask({RecordType::A, fmt::format("{}.example.com", i)});
    EXPECT_LE(cache.size(), 4u);
  }
}

class FailedTargetsTest : public testing::Test {
 protected:
  static Target target(std::uint32_t number) { return {.remote = {IpAddress::v4(number), 5060}}; }
  TimerQueue timers{TimePoint{1000s}};
  FailedTargets failed{timers, 60s, 10};
};

TEST_F(FailedTargetsTest, PutsThemLastForAWhile) {
  failed.add(target(1));
  EXPECT_THAT(failed.put_last({target(1), target(2), target(3)}), ElementsAre(target(2), target(3), target(1)));
  timers.advance(timers.now() + 60s);
  EXPECT_THAT(failed.put_last({target(1), target(2)}), ElementsAre(target(1), target(2)));
}

TEST_F(FailedTargetsTest, OnlyThisTransportAndPort) {
  failed.add(target(1));
  Target other = target(1);
  other.kind = sip::TransportKind::Tcp;
  EXPECT_FALSE(failed.contains(other));
}

TEST_F(FailedTargetsTest, DoesNotGrowBeyondItsLimit) {
  for (std::uint32_t i = 1; i < 1000; ++i) failed.add(target(i));
  EXPECT_EQ(failed.size(), 10u);
  EXPECT_TRUE(failed.contains(target(999)));
}

TEST(ServerLocator, TriesServersThatFailedLast) {
  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random(1);
  ResolverForTests dns(timers);
  dns.add_srv("_sip._udp.example.com", {1, 0, 5060, "a.example.com"});
  dns.add_srv("_sip._udp.example.com", {2, 0, 5060, "b.example.com"});
  dns.add_address("a.example.com", "192.0.2.1");
  dns.add_address("b.example.com", "192.0.2.2");
  ServerLocator locator(timers, random, dns);
  const auto first_of = [&] {
    std::string first;
    const auto search = locator.find(sip::Uri::parse("sip:bob@example.com").value(),
                                     [&](const auto& found) { first = found.value().front().remote.text(); });
    timers.advance(timers.now() + 1s);
    return first;
  };
  EXPECT_EQ(first_of(), "192.0.2.1:5060");
  locator.note_failure({.remote = {IpAddress::parse("192.0.2.1").value(), 5060}});
  EXPECT_EQ(first_of(), "192.0.2.2:5060");
  timers.advance(timers.now() + 2min);
  EXPECT_EQ(first_of(), "192.0.2.1:5060");
}

}  // namespace
}  // namespace webcalling::locating
