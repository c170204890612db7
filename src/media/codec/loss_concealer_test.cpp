#include "media/codec/loss_concealer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <vector>

#include "media/dsp/measure.hpp"
#include "media/dsp/tone_generator.hpp"

namespace webcalling::media {
namespace {

class LossConcealerTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  LossConcealerTest() : concealer_(GetParam()), voice_(tones::continuous(200, -15), GetParam()) {}

  std::vector<std::int16_t> next() {
    std::vector<std::int16_t> pcm(GetParam() / 50);
    voice_.generate(pcm);
    return pcm;
  }

  LossConcealer concealer_;
  ToneGenerator voice_;
};

TEST_P(LossConcealerTest, GoesOnWithThePitchWithoutAnEdge) {
  std::vector<std::int16_t> heard;
  for (int i = 0; i < 30; ++i) {
    auto pcm = next();
    i % 10 == 7 ? concealer_.conceal(pcm) : concealer_.hear(pcm);
    heard.insert(heard.end(), pcm.begin(), pcm.end());
  }
  EXPECT_GT(goertzel(heard, GetParam(), 200), 0.98);
  const double amplitude = 32768 * std::sqrt(2) * std::pow(10, -15 / 20.0);
  const double steepest = amplitude * 2 * 3.15 * 200 / GetParam();
  for (std::size_t i = 1; i < heard.size(); ++i) EXPECT_LE(std::abs(heard[i] - heard[i - 1]), steepest * 1.5) << i;
}

TEST_P(LossConcealerTest, IsSilentAfterEightyMilliseconds) {
  for (int i = 0; i < 5; ++i) {
    auto pcm = next();
    concealer_.hear(pcm);
  }
  std::vector<std::int16_t> lost(GetParam() / 10);
  concealer_.conceal(lost);
  EXPECT_GT(level_dbov(std::span(lost).first(GetParam() / 50)), -16);
  EXPECT_EQ(level_dbov(std::span(lost).last(GetParam() / 50)), -127);
}

TEST_P(LossConcealerTest, LeavesAudioWithoutLossAlone) {
  for (int i = 0; i < 5; ++i) {
    const auto pcm = next();
    auto heard = pcm;
    concealer_.hear(heard);
    EXPECT_EQ(heard, pcm);
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, LossConcealerTest, ::testing::Values(8000U, 16000U));

}  // namespace
}  // namespace webcalling::media
