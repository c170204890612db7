#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <thread>
#include <vector>

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

TEST(SystemRandom, GivesNoByteTwice) {
  SystemRandom one;
  SystemRandom other;
  std::set<std::array<std::uint8_t, 24>> seen;
  const auto draw = [&](Random& random) {
    std::array<std::uint8_t, 24> bytes{};
    random.fill(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
  };
  // Across the bounds of what is drawn at once, which 24 does not divide.
  for (int i = 0; i < 100; ++i) {
    draw(one);
    draw(other);
  }
  std::thread([&] { draw(one); }).join();
}

TEST(SystemRandom, FillsMoreThanIsDrawnAtOnce) {
  SystemRandom random;
  std::vector<std::uint8_t> bytes(10'000);
  random.fill(bytes);
  const auto zeros = std::count(bytes.begin(), bytes.end(), 0);
  EXPECT_LT(zeros, 100);
  EXPECT_NE(bytes.back() | bytes[bytes.size() - 2] | bytes[bytes.size() - 3] | bytes[bytes.size() - 4], 0);
}

TEST(Random, BelowStaysBelow) {
  SeededRandom random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.below(5));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace webcalling
