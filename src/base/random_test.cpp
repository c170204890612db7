#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/ascii.hpp"

namespace webcalling {
namespace {

TEST(SeededRandom, RepeatsExactly) {
  SeededRandom one(7);
  SeededRandom two(7);
  EXPECT_EQ(one.token(40), two.token(40));
}

TEST(SystemRandom, TokensAreAlphanumericAndDiffer) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random.token(16);
    EXPECT_EQ(token.size(), 16U);
    EXPECT_TRUE(std::all_of(token.begin(), token.end(), ascii::is_alnum)) << token;
    EXPECT_TRUE(seen.insert(token).second);
  }
}

TEST(Random, BelowStaysBelow) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.below(5));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace webcalling
