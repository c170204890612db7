#include "media/dsp/measure.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace webcalling::media {
namespace {

std::vector<std::int16_t> sine(double frequency, double amplitude, std::uint32_t rate, std::size_t samples) {
  std::vector<std::int16_t> out(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    const double phase = 2 * std::numbers::pi * frequency * static_cast<double>(i) / rate;
    out[i] = static_cast<std::int16_t>(std::lround(amplitude * std::sin(phase)));
  }
  return out;
}

TEST(Goertzel, FindsAToneAndNothingElse) {
  for (const std::uint32_t rate : {8000U, 16000U, 48000U}) {
    const auto tone = sine(1000, 8000, rate, rate / 2);
    EXPECT_GT(goertzel(tone, rate, 1000), 0.99);
    EXPECT_LT(goertzel(tone, rate, 440), 0.01);
    EXPECT_LT(goertzel(tone, rate, 1100), 0.01);
  }
}

TEST(Goertzel, SharesThePowerOfTwoTones) {
  auto both = sine(440, 4000, 8000, 4000);
  const auto other = sine(480, 4000, 8000, 4000);
  for (std::size_t i = 0; i < both.size(); ++i) both[i] = static_cast<std::int16_t>(both[i] + other[i]);
  EXPECT_NEAR(goertzel(both, 8000, 440), 0.5, 0.02);
  EXPECT_NEAR(goertzel(both, 8000, 480), 0.5, 0.02);
}

TEST(Goertzel, HearsNothingInSilence) {
  EXPECT_EQ(goertzel(std::vector<std::int16_t>(160), 8000, 1000), 0);
  EXPECT_EQ(goertzel({}, 8000, 1000), 0);
}

TEST(LevelDbov, MeasuresAgainstTheOverloadPoint) {
  EXPECT_NEAR(level_dbov(sine(1000, 32767, 8000, 8000)), -3.01, 0.01);
  EXPECT_NEAR(level_dbov(sine(1000, 3276.7, 8000, 8000)), -23.01, 0.01);
  EXPECT_NEAR(level_dbov(std::vector<std::int16_t>(100, -32768)), 0, 0.001);
  EXPECT_EQ(level_dbov(std::vector<std::int16_t>(100)), -127);
  EXPECT_EQ(level_dbov({}), -127);
}

}  // namespace
}  // namespace webcalling::media
