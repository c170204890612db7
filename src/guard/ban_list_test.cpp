#include "guard/ban_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::guard {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class BanListTest : public testing::Test, protected BanJournal {
 protected:
  BanListTest() { list.set_journal(*this); }

  static Network source(std::uint32_t number) { return site_of(IpAddress::v4(number)); }
  [[nodiscard]] BanList::Now now() const {
    return {TimePoint{1000s} + passed,
            WallTime{1'700'000'000s} + std::chrono::duration_cast<WallTime::duration>(passed)};
  }
  [[nodiscard]] bool holds(std::uint32_t number) const { return list.holds(source(number), now().time); }
  void put(const Ban& ban) override { journal.push_back("+" + ban.source.text()); }
  void remove(const Network& gone) override { journal.push_back("-" + gone.text()); }

  SeededRandom random{1};
  BanList list{4, {.first = 5min, .longest = 7 * 24h}, random};
  Duration passed{};
  std::vector<std::string> journal;
};

TEST_F(BanListTest, EndsByItself) {
  list.add(source(1), "guessing", now());
  EXPECT_TRUE(holds(1));
  EXPECT_FALSE(holds(2));
  passed = 5min - 1s;
  EXPECT_TRUE(holds(1));
  EXPECT_EQ(list.active(now().time), 1u);
  passed = 5min;
  EXPECT_FALSE(holds(1));
  EXPECT_EQ(list.active(now().time), 0u);
}

TEST_F(BanListTest, GrowsFourfoldUpToTheLongest) {
  std::vector<std::int64_t> minutes;
  for (int i = 0; i < 9; ++i) {
    const Ban* ban = list.add(source(1), "guessing", now());
    ASSERT_NE(ban, nullptr);
    minutes.push_back(std::chrono::duration_cast<std::chrono::minutes>(ban->until - ban->since).count());
    passed += std::chrono::minutes(minutes.back() + 1);
  }
  EXPECT_THAT(minutes, ElementsAre(5, 20, 80, 320, 1280, 5120, 10080, 10080, 10080));
}

TEST_F(BanListTest, LongGoodConductIsRewarded) {
  list.add(source(1), "guessing", now());
  passed = 7 * 24h + 5min;
  EXPECT_EQ(list.add(source(1), "guessing", now())->count, 2u);
  passed += 7 * 24h + 20min + 1s;
  EXPECT_EQ(list.add(source(1), "guessing", now())->count, 1u);
}

TEST_F(BanListTest, ForgetsForNewOnesWhatIsOverButNeverWhatHolds) {
  for (std::uint32_t i = 1; i <= 3; ++i) list.add(source(i), "guessing", now());
  passed = 6min;
  list.add(source(4), "guessing", now());
  list.add(source(2), "guessing", now());
  EXPECT_NE(list.add(source(5), "guessing", now()), nullptr);
  EXPECT_NE(list.add(source(6), "guessing", now()), nullptr);
  EXPECT_EQ(list.size(), 4u);
  EXPECT_TRUE(holds(2) && holds(4) && holds(5) && holds(6));
  EXPECT_EQ(list.add(source(7), "guessing", now()), nullptr) << "all hold";
  EXPECT_EQ(list.size(), 4u);
  EXPECT_FALSE(holds(7));
}

TEST_F(BanListTest, JournalHearsWhatChanges) {
  for (std::uint32_t i = 1; i <= 4; ++i) list.add(source(i), "guessing", now());
  journal.clear();
  passed = 6min;
  list.add(source(9), "guessing", now());
  EXPECT_THAT(journal, ElementsAre("-0.0.0.1", "+0.0.0.9"));
  journal.clear();
  list.restore({.source = source(1), .reason = "guessing", .since = {}, .until = {}}, now());
  list.forget(source(9));
  EXPECT_THAT(journal, ElementsAre("-0.0.0.2"));
}

TEST_F(BanListTest, RestoredBanHoldsAsLongAsItWouldHave) {
  const Ban ban{
      .source = source(1), .reason = "guessing", .since = now().wall, .until = now().wall + 10min, .count = 3};
  list.restore(ban, now());
  passed = 9min;
  EXPECT_TRUE(holds(1));
  EXPECT_THAT(list.all(), ElementsAre(ban));
  passed = 10min;
  EXPECT_FALSE(holds(1));
  EXPECT_EQ(list.add(source(1), "guessing", now())->count, 4u);
}

TEST_F(BanListTest, WildTimesOfAFileDoNoHarm) {
  list.restore({.source = source(1), .reason = {}, .since = {}, .until = WallTime::max()}, now());
  list.restore({.source = source(2), .reason = {}, .since = {}, .until = WallTime{} - 1'000'000h}, now());
  EXPECT_TRUE(holds(1));
  EXPECT_FALSE(holds(2));
}

TEST_F(BanListTest, ForgottenBanIsAsIfItHadNeverBeen) {
  list.add(source(1), "guessing", now());
  EXPECT_TRUE(list.forget(source(1)));
  EXPECT_FALSE(list.forget(source(1)));
  EXPECT_FALSE(holds(1));
  EXPECT_EQ(list.add(source(1), "guessing", now())->count, 1u);
}

}  // namespace
}  // namespace webcalling::guard
