#include "media/dsp/hold_music.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "media/dsp/measure.hpp"

namespace webcalling::media {
namespace {

std::vector<std::int16_t> play(std::uint32_t rate, std::size_t seconds) {
  HoldMusic music(rate);
  std::vector<std::int16_t> samples(rate * seconds);
  for (std::size_t at = 0; at < samples.size(); at += rate / 50)
    music.generate(std::span(samples).subspan(at, rate / 50));
  return samples;
}

class HoldMusicTest : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(HoldMusicTest, IsModerateAndNeverSilentNorClipped) {
  const std::uint32_t rate = GetParam();
  const auto music = play(rate, 45);
  for (std::size_t second = 0; second < 45; ++second) {
    const double level = level_dbov(std::span(music).subspan(second * rate, rate));
    EXPECT_GT(level, -32) << second;
    EXPECT_LT(level, -18) << second;
  }
  EXPECT_LT(*std::max_element(music.begin(), music.end()), 20000);
  EXPECT_GT(*std::min_element(music.begin(), music.end()), -20000);
}

TEST_P(HoldMusicTest, RepeatsAfterTwentySeconds) {
  const std::uint32_t rate = GetParam();
  const auto music = play(rate, 60);
  const std::size_t loop = rate * 20;
  // From the second round on, when the voices of the first have died away; the last bit may round otherwise.
  for (std::size_t i = loop; i < loop * 2; ++i) ASSERT_NEAR(music[i], music[i + loop], 1) << i;
}

INSTANTIATE_TEST_SUITE_P(Rates, HoldMusicTest, ::testing::Values(8000U, 16000U, 48000U));

TEST(HoldMusic, BeginsAtOnceWithItsFirstChord) {
  const auto music = play(8000, 1);
  EXPECT_GT(goertzel(std::span(music).first(2400), 8000, 659.26), 0.3) << "the tune's first note";
}

TEST(HoldMusic, IsTheSameEveryTime) { EXPECT_EQ(play(8000, 3), play(8000, 3)); }

TEST(HoldMusic, CannotBeTakenForATestTone) {
  const auto music = play(8000, 20);
  for (const double frequency : {400.0, 425.0, 1000.0, 2000.0}) EXPECT_LT(goertzel(music, 8000, frequency), 0.05);
}

}  // namespace
}  // namespace webcalling::media
