#include "sdp/codec.hpp"

#include <gtest/gtest.h>

namespace webcalling::sdp {
namespace {

TEST(Codec, IsRecognisedByNameAndClock) {
  EXPECT_EQ(codec_of({109, "OPUS", 48000, 2}), Codec::Opus);
  EXPECT_EQ(codec_of({96, "opus", 48000, 1}), Codec::Opus);
  EXPECT_EQ(codec_of({9, "g722", 8000, 1}), Codec::G722);
  EXPECT_EQ(codec_of({97, "pcmu", 8000, 1}), Codec::Pcmu);
  EXPECT_FALSE(codec_of({0, "PCMU", 16000, 1}));
  EXPECT_FALSE(codec_of({8, "PCMA", 8000, 2}));
  EXPECT_FALSE(codec_of({63, "red", 48000, 2}));
  EXPECT_FALSE(codec_of({13, "CN", 8000, 1}));
}

TEST(OpusParameters, ReadWhatBrowsersWrite) {
  const auto firefox = parse_opus_parameters("maxplaybackrate=48000;stereo=1;useinbandfec=1");
  EXPECT_TRUE(firefox.stereo);
  EXPECT_TRUE(firefox.use_inband_fec);
  EXPECT_EQ(firefox.max_playback_rate, 48000u);
  const auto narrow =
      parse_opus_parameters("maxaveragebitrate=20000; maxplaybackrate=8000; cbr=1; usedtx=1; minptime=10");
  EXPECT_EQ(narrow.max_average_bitrate, 20000u);
  EXPECT_EQ(narrow.max_playback_rate, 8000u);
  EXPECT_TRUE(narrow.constant_bitrate && narrow.use_dtx);
  EXPECT_EQ(parse_opus_parameters(text(narrow)), narrow);
}

TEST(OpusParameters, HugeValuesReadAsDefaults) {
  EXPECT_EQ(
      parse_opus_parameters("maxaveragebitrate=4294967296;maxplaybackrate=1;minptime=48000;useinbandfec=11;stereo=-1"),
      OpusParameters{});
}

}  // namespace
}  // namespace webcalling::sdp
