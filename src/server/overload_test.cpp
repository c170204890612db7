#include "server/overload.hpp"

#include <gtest/gtest.h>

namespace webcalling::server {
namespace {

constexpr sip::Glance kFirst{.method = "INVITE", .via = "v"};
constexpr sip::Glance kSecond{.method = "INVITE", .via = "v", .has_credentials = true};
constexpr sip::Glance kWithin{.method = "INVITE", .via = "v", .has_to_tag = true};
constexpr sip::Glance kBye{.method = "BYE", .via = "v", .has_to_tag = true};

TEST(Overload, NobodyIsTurnedAwayWhoIsServedSoon) {
  for (const auto& request : {kFirst, kSecond, kWithin, kBye}) EXPECT_FALSE(is_turned_away(request, 20ms));
}

TEST(Overload, WhoHasNotYetShownWhoHeIsGoesFirst) {
  EXPECT_TRUE(is_turned_away(kFirst, 150ms));
  EXPECT_FALSE(is_turned_away(kSecond, 150ms));
  EXPECT_TRUE(is_turned_away(kSecond, 300ms));
}

TEST(Overload, WhatHasBeenBegunGoesOn) {
  EXPECT_FALSE(is_turned_away(kWithin, 10s));
  EXPECT_FALSE(is_turned_away(kBye, 10s));
}

}  // namespace
}  // namespace webcalling::server
