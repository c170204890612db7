#include "media/dsp/tone_generator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "media/dsp/measure.hpp"

namespace webcalling::media {
namespace {

/// `length` of the tone from `from` on, made in frames of 20 ms as a leg would.
std::vector<std::int16_t> listen(Tone tone, std::uint32_t rate, Duration from, Duration length) {
  ToneGenerator generator(std::move(tone), rate);
  const auto skip = static_cast<std::size_t>(from / 20ms) * rate / 50;
  std::vector<std::int16_t> samples(skip + static_cast<std::size_t>(length / 20ms) * rate / 50);
  for (std::size_t at = 0; at < samples.size(); at += rate / 50)
    generator.generate(std::span(samples).subspan(at, rate / 50));
  return {samples.begin() + static_cast<std::ptrdiff_t>(skip), samples.end()};
}

class ToneGeneratorTest : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(ToneGeneratorTest, RingbackIsTwoTonesForTwoSecondsOfSix) {
  const std::uint32_t rate = GetParam();
  for (const Duration start : {0s, 6s, 12s}) {
    const auto on = listen(tones::ringback(), rate, start + 100ms, 1800ms);
    EXPECT_NEAR(goertzel(on, rate, 440), 0.5, 0.02);
    EXPECT_NEAR(goertzel(on, rate, 480), 0.5, 0.02);
    EXPECT_NEAR(level_dbov(on), -20, 0.2);
    EXPECT_EQ(level_dbov(listen(tones::ringback(), rate, start + 2s, 4s)), -127);
  }
}

TEST_P(ToneGeneratorTest, BusyIsInterruptedTwiceASecond) {
  const std::uint32_t rate = GetParam();
  const auto on = listen(tones::busy(), rate, 1s, 500ms);
  EXPECT_NEAR(goertzel(on, rate, 620), 0.5, 0.03);
  EXPECT_EQ(level_dbov(listen(tones::busy(), rate, 1500ms, 500ms)), -127);
}

TEST_P(ToneGeneratorTest, ReconnectingIsTwoQuietBeepsEveryThreeSeconds) {
  const std::uint32_t rate = GetParam();
  for (const Duration start : {0ms, 240ms, 3000ms}) {
    const auto beep = listen(tones::reconnecting(), rate, start + 10ms, 100ms);
    EXPECT_NEAR(level_dbov(beep), -32, 0.5);
  }
  EXPECT_EQ(level_dbov(listen(tones::reconnecting(), rate, 360ms, 2600ms)), -127);
}

TEST_P(ToneGeneratorTest, ContinuousToneHasTheLevelItWasGivenAndNoSeam) {
  const std::uint32_t rate = GetParam();
  const auto tone = listen(tones::continuous(1000, -20), rate, 20ms, 3s);
  EXPECT_NEAR(level_dbov(tone), -20, 0.05);
  EXPECT_GT(goertzel(tone, rate, 1000), 0.999);
}

INSTANTIATE_TEST_SUITE_P(Rates, ToneGeneratorTest, ::testing::Values(8000U, 16000U, 48000U));

TEST(ToneGenerator, DoesNotClickAtItsEdges) {
  const auto whole = listen(tones::busy(), 8000, 0s, 2s);
  for (std::size_t i = 1; i < whole.size(); ++i) {
    // The steepest step of the running tone: both sines at a zero crossing.
    EXPECT_LE(std::abs(whole[i] - whole[i - 1]), 2900) << i;
  }
  EXPECT_EQ(whole.front(), 0);
}

TEST(ToneGenerator, IsTheSameEveryTime) {
  EXPECT_EQ(listen(tones::ringback(), 8000, 0s, 3s), listen(tones::ringback(), 8000, 0s, 3s));
}

TEST(ToneGenerator, SilenceAndEmptyStepsAreSilent) {
  EXPECT_EQ(level_dbov(listen(tones::silence(), 8000, 0s, 1s)), -127);
  EXPECT_EQ(level_dbov(listen(Tone{{{{1000}, -20, 0s}}}, 8000, 0s, 1s)), -127);
}

TEST(ToneGenerator, LoudToneIsClippedAndDoesNotWrap) {
  const auto loud = listen(Tone{{{{1000, 1000, 1000}, 0, 1s}}}, 8000, 20ms, 1s);
  EXPECT_GT(goertzel(loud, 8000, 1000), 0.75) << "still that tone, cut at the top";
}

}  // namespace
}  // namespace webcalling::media
