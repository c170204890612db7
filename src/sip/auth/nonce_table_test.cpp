#include "sip/auth/nonce_table.hpp"

#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart{1000s};

TEST(NonceTable, ANonceIsGoodUntilItsLifetimeEnds) {
  SeededRandom random(1);
  NonceTable table(random, 5min, 10);
  const auto nonce = table.issue(kStart);
  EXPECT_EQ(nonce.size(), 64u);
  EXPECT_TRUE(table.use(nonce, 1, kStart + 5min));
  EXPECT_FALSE(table.use(nonce, 2, kStart + 5min + 1ns));
}

TEST(NonceTable, CountsMustGrowButMayJump) {
  SeededRandom random(1);
  NonceTable table(random, 5min, 10);
  const auto nonce = table.issue(kStart);
  EXPECT_FALSE(table.use(nonce, 0, kStart));
  EXPECT_TRUE(table.use(nonce, 1, kStart));
  EXPECT_FALSE(table.use(nonce, 1, kStart));
  EXPECT_TRUE(table.use(nonce, 0xffff'ffff, kStart));
  EXPECT_FALSE(table.use(nonce, 7, kStart));
}

TEST(NonceTable, WhatItDidNotMakeIsRefused) {
  SeededRandom random(1);
  NonceTable table(random, 5min, 10);
  NonceTable other(random, 5min, 10);
  EXPECT_FALSE(table.use(other.issue(kStart), 1, kStart));
  EXPECT_FALSE(table.use("", 1, kStart));
  const auto nonce = table.issue(kStart);
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    auto damaged = nonce;
    damaged[i] = damaged[i] == '0' ? '1' : '0';
    EXPECT_FALSE(table.use(damaged, 1, kStart)) << i;
    damaged[i] = '-';
    EXPECT_FALSE(table.use(damaged, 1, kStart)) << i;
    EXPECT_FALSE(table.use(nonce.substr(0, i), 1, kStart)) << i;
  }
  EXPECT_FALSE(table.use(nonce + "0", 1, kStart));
  EXPECT_EQ(table.size(), 0u);
}

TEST(NonceTable, AFullTableForgetsTheOldestWithoutLettingItBeReplayed) {
  SeededRandom random(1);
  NonceTable table(random, 5min, 2);
  const auto first = table.issue(kStart);
  const auto second = table.issue(kStart + 1s);
  const auto third = table.issue(kStart + 2s);
  for (const auto& nonce : {first, second, third}) EXPECT_TRUE(table.use(nonce, 1, kStart + 3s));
  EXPECT_EQ(table.size(), 2u);
  EXPECT_FALSE(table.use(first, 1, kStart + 3s));
  EXPECT_FALSE(table.use(first, 2, kStart + 3s));
  EXPECT_TRUE(table.use(second, 2, kStart + 3s));
}

TEST(NonceTable, ForgetsWhatHasExpired) {
  SeededRandom random(1);
  NonceTable table(random, 5min, 100);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(table.use(table.issue(kStart), 1, kStart));
  EXPECT_EQ(table.size(), 10u);
  EXPECT_TRUE(table.use(table.issue(kStart + 6min), 1, kStart + 6min));
  EXPECT_EQ(table.size(), 1u);
}

// ATTACKS S34: who has overheard a nonce cannot use it elsewhere.
TEST(NonceTable, NonceIsGoodForItsHolderAlone) {
  SeededRandom random{1};
  NonceTable nonces(random, 5min, 10);
  const TimePoint now{1000s};
  const auto holder = IpAddress::parse("192.0.2.1").value();
  const auto thief = IpAddress::parse("192.0.2.2").value();
  const auto nonce = nonces.issue(now, holder);
  EXPECT_TRUE(nonces.is_ours(nonce, holder));
  EXPECT_FALSE(nonces.is_ours(nonce, thief));
  EXPECT_FALSE(nonces.use(nonce, 1, now, thief));
  EXPECT_TRUE(nonces.use(nonce, 1, now, holder));
  EXPECT_TRUE(nonces.is_ours(nonce, holder)) << "however long ago";
}

TEST(NonceTable, Ipv6SubscriberMayChangeHisAddress) {
  SeededRandom random{1};
  NonceTable nonces(random, 5min, 10);
  const TimePoint now{1000s};
  const auto nonce = nonces.issue(now, IpAddress::parse("2001:db8:1:2::1").value());
  EXPECT_TRUE(nonces.use(nonce, 1, now, IpAddress::parse("2001:db8:1:2:ffff::9").value()));
  EXPECT_FALSE(nonces.use(nonce, 2, now, IpAddress::parse("2001:db8:1:3::1").value()));
}

}  // namespace
}  // namespace webcalling::sip
