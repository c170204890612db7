#include "media/codec/g711.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace webcalling::media::g711 {
namespace {

TEST(MuLaw, FollowsTheTableOfTheRecommendation) {
  EXPECT_EQ(to_mu_law(0), 0xff);
  EXPECT_EQ(to_mu_law(-1), 0x7f);
  EXPECT_EQ(to_mu_law(32767), 0x80);
  EXPECT_EQ(to_mu_law(-32768), 0x00);
  EXPECT_EQ(from_mu_law(0x80), 32124);
  EXPECT_EQ(from_mu_law(0x00), -32124);
  EXPECT_EQ(from_mu_law(0xff), 0);
  EXPECT_EQ(from_mu_law(0xf0), 120);
  EXPECT_EQ(from_mu_law(0xef), 132);
}

TEST(ALaw, FollowsTheTableOfTheRecommendation) {
  EXPECT_EQ(to_a_law(0), 0xd5);
  EXPECT_EQ(to_a_law(-1), 0x55);
  EXPECT_EQ(to_a_law(32767), 0xaa);
  EXPECT_EQ(to_a_law(-32768), 0x2a);
  EXPECT_EQ(from_a_law(0xaa), 32256);
  EXPECT_EQ(from_a_law(0x2a), -32256);
  EXPECT_EQ(from_a_law(0xd5), 8);
  EXPECT_EQ(from_a_law(0x55), -8);
}

TEST(G711, EveryCodeSurvivesDecodingAndEncoding) {
  for (int code = 0; code < 256; ++code) {
    const auto byte = static_cast<std::uint8_t>(code);
    EXPECT_EQ(to_a_law(from_a_law(byte)), byte);
    // Mu-law has two zeros, and the negative one comes back as the positive.
    EXPECT_EQ(to_mu_law(from_mu_law(byte)), byte == 0x7f ? 0xff : byte);
  }
}

TEST(G711, EverySampleComesBackWithinItsStep) {
  for (int sample = -32768; sample < 32768; ++sample) {
    const auto pcm = static_cast<std::int16_t>(sample);
    // Steps grow with the level: a thirty-second of it; clipping takes up to 645 off the loudest.
    const int tolerance = std::abs(sample) > 32000 ? 700 : 16 + std::abs(sample) / 30;
    EXPECT_NEAR(from_mu_law(to_mu_law(pcm)), sample, tolerance);
    EXPECT_NEAR(from_a_law(to_a_law(pcm)), sample, tolerance);
  }
}

}  // namespace
}  // namespace webcalling::media::g711
