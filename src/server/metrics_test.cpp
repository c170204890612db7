#include "server/metrics.hpp"

#include <gmock/gmock.h>

namespace webcalling::server {
namespace {

using testing::HasSubstr;

TEST(Metrics, SayWhatGoesOnAndWhoWasTurnedAway) {
  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{1};
  const Log log{Log::Level::Error, [](Log::Level, std::string_view) {}};
  guard::Guard guard({.timers = timers, .random = random, .wall_clock = [] { return WallTime{}; }, .log = log},
                     {.scanner_user_agents = {"sipvicious"}});
  const auto scanner = IpAddress::parse("192.0.2.1").value();
  EXPECT_FALSE(guard.admit_agent(scanner, "sipvicious", guard::Proof::Address));
  EXPECT_EQ(guard.admit(scanner), guard::Guard::Verdict::Banned);
  const auto connection = guard.admit_connection(IpAddress::parse("127.0.0.1").value());
  const std::string text =
      write_metrics(guard, {.calls = 3, .bindings = 7, .transactions = 2, .turned_away = 9, .media = {.refused = 5}});
  EXPECT_THAT(text, HasSubstr("# HELP webcalling_calls Calls that are not over.\n# TYPE webcalling_calls gauge\n"
                              "webcalling_calls 3\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_bindings 7\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_connections 1\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_bans 1\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_overload_refusals_total 9\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_denied_total{reason=\"banned\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_denied_total{reason=\"scanner\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_denied_total{reason=\"requests\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nwebcalling_media_dropped_total{reason=\"refused\"} 5\n"));
}

}  // namespace
}  // namespace webcalling::server
