#include "guard/source_table.hpp"

#include <gtest/gtest.h>

namespace webcalling::guard {
namespace {

class SourceTableTest : public testing::Test {
 protected:
  Source& get(std::uint32_t number) { return table.get(IpAddress::v4(number), now); }
  void flood() {
    for (std::uint32_t i = 0; i < 200'000; ++i) {
      now += 1us;
      get(0x0a000000 + i);
    }
  }

  SeededRandom random{1};
  SourceTable table{1024, random};
  TimePoint now{1000s};
};

TEST_F(SourceTableTest, RemembersASource) {
  get(1).known_until = now + 1h;
  EXPECT_EQ(get(1).known_until, now + 1h);
  EXPECT_EQ(get(2).known_until, TimePoint{});
}

TEST_F(SourceTableTest, NeverGrowsAndKeepsThoseThatAreKnownOrHaveOffended) {
  for (std::uint32_t i = 1; i <= 64; ++i) get(i).known_until = now + 1h;
  get(100).has_offended = true;
  get(101).refused = now;
  flood();
  EXPECT_EQ(table.capacity(), 1024u);
  for (std::uint32_t i = 1; i <= 64; ++i) EXPECT_EQ(get(i).known_until, TimePoint{1000s} + 1h) << i;
  EXPECT_TRUE(get(100).has_offended);
  EXPECT_EQ(get(101).refused, TimePoint{}) << "one like all others is pushed out";
}

TEST_F(SourceTableTest, OneWhoWasKnownLongAgoIsAsGoodAsAnyOther) {
  get(1).known_until = now + 1s;
  now += 2s;
  flood();
  EXPECT_EQ(get(1).known_until, TimePoint{});
}

}  // namespace
}  // namespace webcalling::guard
