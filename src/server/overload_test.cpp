#include "server/overload.hpp"

#include <gtest/gtest.h>

namespace webcalling::server {
namespace {

constexpr sip::Glance kFirst{.method = "INVITE", .via = "v"};
constexpr sip::Glance kSecond{.method = "INVITE", .via = "v", .has_credentials = true};
constexpr sip::Glance kWithin{.method = "INVITE", .via = "v", .has_to_tag = true};
constexpr sip::Glance kBye{.method = "BYE", .via = "v", .has_to_tag = true};

class OverloadTest : public testing::Test {
 protected:
  /// A datagram each millisecond, all of which have waited that long.
  void take(int datagrams, Duration waited) {
    for (int i = 0; i < datagrams; ++i) overload_.note(now_ += 1ms, waited);
  }

  TimePoint now_{1000s};
  Overload overload_;
};

TEST_F(OverloadTest, NobodyIsTurnedAwayWhoIsServedSoon) {
  take(1000, 90ms);
  for (const auto& request : {kFirst, kSecond, kWithin, kBye}) EXPECT_FALSE(overload_.turns_away(request));
}

TEST_F(OverloadTest, AQueueThatStaysIsOverload) {
  take(50, 150ms);
  EXPECT_FALSE(overload_.turns_away(kFirst)) << "not yet";
  take(100, 150ms);
  EXPECT_TRUE(overload_.turns_away(kFirst));
}

TEST_F(OverloadTest, AQueueThatIsWorkedOffIsNone) {
  for (int waited = 600; waited > 0; waited -= 10) {
    take(1, std::chrono::milliseconds(waited));
    EXPECT_FALSE(overload_.turns_away(kFirst)) << "the machine has slept for a moment";
  }
}

TEST_F(OverloadTest, SingleDatagramsThatWaitAreNone) {
  for (int i = 0; i < 20; ++i) {
    now_ += 500ms;
    take(1, 200ms);
    EXPECT_FALSE(overload_.turns_away(kFirst)) << "a busy machine, but no queue";
  }
}

TEST_F(OverloadTest, IsOverWithTheFirstThatHasNotWaited) {
  take(200, 150ms);
  take(1, 90ms);
  EXPECT_FALSE(overload_.turns_away(kFirst));
  take(50, 150ms);
  EXPECT_FALSE(overload_.turns_away(kFirst));
}

TEST_F(OverloadTest, WhoHasNotYetShownWhoHeIsGoesFirst) {
  take(200, 150ms);
  EXPECT_TRUE(overload_.turns_away(kFirst));
  EXPECT_FALSE(overload_.turns_away(kSecond));
  take(200, 400ms);
  EXPECT_TRUE(overload_.turns_away(kSecond));
}

TEST_F(OverloadTest, WhatHasBeenBegunGoesOn) {
  take(200, 10s);
  EXPECT_TRUE(overload_.turns_away(kFirst));
  EXPECT_FALSE(overload_.turns_away(kWithin));
  EXPECT_FALSE(overload_.turns_away(kBye));
}

}  // namespace
}  // namespace webcalling::server
