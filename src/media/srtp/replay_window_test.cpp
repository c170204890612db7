#include "media/srtp/replay_window.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace webcalling::media::srtp {
namespace {

ReplayWindow after(std::initializer_list<std::uint64_t> indices) {
  ReplayWindow window;
  for (const auto index : indices) window.add(index);
  return window;
}

TEST(ReplayWindow, TakesTheSequenceNumberThatIsNearest) {
  EXPECT_EQ(ReplayWindow{}.index_of(65535), 65535U) << "the first packet tells nothing of earlier rounds";
  EXPECT_EQ(after({65535}).index_of(0), 0x10000U);
  EXPECT_EQ(after({0x10000}).index_of(65535), 65535U) << "late, of the round before";
  EXPECT_EQ(after({0x2FFFF}).index_of(0x7FFE), 0x37FFEU);
  EXPECT_EQ(after({0x28000}).index_of(0x0001), 0x20001U);
  EXPECT_EQ(after({0x28001}).index_of(0x0000), 0x30000U) << "half a round and more back is ahead";
  EXPECT_EQ(after({5}).index_of(65000), 65000U) << "nothing is before the first round";
}

TEST(ReplayWindow, KnowsWhatItHasSeenAndWhatIsTooOld) {
  const auto window = after({10, 12, 2000});
  EXPECT_TRUE(window.has_seen(2000));
  EXPECT_TRUE(window.has_seen(2000 - ReplayWindow::kSize));
  EXPECT_FALSE(window.has_seen(2001 - ReplayWindow::kSize));
  EXPECT_TRUE(window.has_seen(12));
  EXPECT_FALSE(window.has_seen(2001));
  EXPECT_FALSE(ReplayWindow{}.has_seen(0));
}

// Against the plainest thing that could be right: a set of all indices.
TEST(ReplayWindow, AgreesWithASetOfAllIndices) {
  std::minstd_rand random(7);
  ReplayWindow window;
  std::set<std::uint64_t> all;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t highest = all.empty() ? 0 : *all.rbegin();
    const bool jumps = random() % 500 == 0;
    const auto index = highest + 1500 - random() % (jumps ? 10 : 3000);
    if (index > highest + 1500) continue;  // before the first
    const bool too_old = !all.empty() && index + ReplayWindow::kSize <= highest;
    ASSERT_EQ(window.has_seen(index), too_old || all.contains(index)) << "packet " << i << ", index " << index;
    if (window.has_seen(index)) continue;
    window.add(index);
    all.insert(index);
    if (all.size() > 5000) all.erase(all.begin());
  }
}

}  // namespace
}  // namespace webcalling::media::srtp
