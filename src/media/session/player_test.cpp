#include "media/session/player.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "media/codec/decoder.hpp"
#include "media/dsp/measure.hpp"

namespace webcalling::media {
namespace {

/// What somebody hears of `count` frames.
std::vector<std::int16_t> heard(Player& player, CodecId codec, int count) {
  auto decoder = make_decoder(codec, 8000).value();
  std::vector<std::int16_t> all;
  for (int i = 0; i < count; ++i) {
    std::array<std::int16_t, 2880> pcm{};
    const auto samples = decoder->decode(player.next().value().payload, pcm).value();
    all.insert(all.end(), pcm.begin(), pcm.begin() + static_cast<std::ptrdiff_t>(samples));
  }
  return all;
}

class PlayerTest : public ::testing::TestWithParam<CodecId> {};

TEST_P(PlayerTest, RingbackIsTheTwoTonesOfTheStandardAndThenAPause) {
  auto player = Player::make(Ringback{}, GetParam()).value();
  const auto tone = heard(player, GetParam(), 100);
  EXPECT_EQ(tone.size(), 16000U) << "2 s";
  const auto middle = std::span(tone).subspan(4000, 8000);
  EXPECT_GT(goertzel(middle, 8000, 440) + goertzel(middle, 8000, 480), 0.95);
  EXPECT_LT(level_dbov(heard(player, GetParam(), 100)), level_dbov(middle) - 10);
}

TEST_P(PlayerTest, HoldMusicIsAudible) {
  auto player = Player::make(MusicOnHold{}, GetParam()).value();
  for (int second = 0; second < 5; ++second) EXPECT_GT(level_dbov(heard(player, GetParam(), 50)), -45) << second;
}

TEST_P(PlayerTest, TimestampsCountTheCodecsOwnClock) {
  auto player = Player::make(MusicOnHold{}, GetParam()).value();
  const auto first = player.next().value().timestamp;
  const auto second = player.next().value().timestamp;
  EXPECT_EQ(second - first, static_cast<int>(traits_of(GetParam()).clock_rate / 50));
}

TEST_P(PlayerTest, PayloadsLastAsLongAsAgreed) {
  for (const int milliseconds : {10, 20, 40, 60}) {
    const std::chrono::milliseconds ptime(milliseconds);
    auto player = Player::make(Ringback{}, GetParam(), ptime).value();
    EXPECT_EQ(player.ptime(), ptime);
    const auto first = player.next().value().timestamp;
    const auto second = player.next().value().timestamp;
    EXPECT_EQ(second - first, static_cast<int>(to_ticks(ptime, traits_of(GetParam()).clock_rate)));
    const auto tone = heard(player, GetParam(), 1000 / milliseconds);
    EXPECT_NEAR(static_cast<double>(tone.size()), 8000, 8 * milliseconds);
    EXPECT_GT(goertzel(std::span(tone).last(4000), 8000, 440) + goertzel(std::span(tone).last(4000), 8000, 480), 0.9);
  }
}

TEST(Player, GivesPacketsOf30And50MillisecondsInG711AndG722) {
  for (const CodecId codec : {CodecId::Pcmu, CodecId::Pcma, CodecId::G722}) {
    for (const std::size_t milliseconds : {30U, 50U}) {
      auto player = Player::make(MusicOnHold{}, codec, std::chrono::milliseconds(milliseconds)).value();
      EXPECT_EQ(player.next().value().payload.size(), 8 * milliseconds);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, PlayerTest, ::testing::ValuesIn(kCodecs),
                         [](const auto& info) { return std::string(traits_of(info.param).name); });

TEST(Player, HasNothingToPlayForSilenceOrAnotherLeg) {
  EXPECT_EQ(Player::make(Silence{}, CodecId::Pcmu).error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(Player::make(OtherLeg{LegId(1)}, CodecId::Pcmu).error().kind, Error::Kind::Unsupported);
}

}  // namespace
}  // namespace webcalling::media
