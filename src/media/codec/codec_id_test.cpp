#include "media/codec/codec_id.hpp"

#include <gtest/gtest.h>

namespace webcalling::media {
namespace {

TEST(CodecId, G722CountsAtHalfItsRate) {
  EXPECT_EQ(traits_of(CodecId::G722).clock_rate, 8000U);
  EXPECT_EQ(traits_of(CodecId::G722).audio_rate, 16000U);
}

TEST(CodecId, IsFoundByItsNameInAnyCase) {
  EXPECT_EQ(find_codec("opus", 48000), CodecId::Opus);
  EXPECT_EQ(find_codec("OPUS", 48000), CodecId::Opus);
  EXPECT_EQ(find_codec("pcma", 8000), CodecId::Pcma);
  EXPECT_EQ(find_codec("G722", 8000), CodecId::G722);
  EXPECT_FALSE(find_codec("PCMU", 16000)) << "another codec by the rules of a=rtpmap";
  EXPECT_FALSE(find_codec("red", 48000));
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
