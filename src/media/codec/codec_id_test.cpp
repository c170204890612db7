#include "media/codec/codec_id.hpp"

#include <gtest/gtest.h>

namespace webcalling::media {
namespace {

TEST(CodecId, G722CountsAtHalfItsRate) {
  EXPECT_EQ(traits_of(CodecId::G722).clock_rate, 8000U);
  EXPECT_EQ(traits_of(CodecId::G722).audio_rate, 16000U);
}

TEST(CodecId, PairsMeetAtARateThatNeedsNoResampler) {
  EXPECT_EQ(common_rate(CodecId::Opus, CodecId::Pcmu), 8000U);
  EXPECT_EQ(common_rate(CodecId::Pcma, CodecId::Opus), 8000U);
  EXPECT_EQ(common_rate(CodecId::Opus, CodecId::G722), 16000U);
  EXPECT_EQ(common_rate(CodecId::G722, CodecId::Pcma), 8000U);
  EXPECT_EQ(common_rate(CodecId::Pcmu, CodecId::Pcma), 8000U);
}

}  // namespace
}  // namespace webcalling::media
