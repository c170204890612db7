#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "media/codec/decoder.hpp"
#include "media/codec/tone_for_tests.hpp"
#include "media/dsp/measure.hpp"

namespace webcalling::media {
namespace {

struct Rates {
  CodecId codec;
  std::uint32_t encoder;
  std::uint32_t decoder;
};

void PrintTo(const Rates& rates, std::ostream* out) {
  *out << traits_of(rates.codec).name << " " << rates.encoder << " to " << rates.decoder;
}

std::vector<Rates> all_rate_pairs() {
  std::vector<Rates> pairs{{CodecId::Pcmu, 8000, 8000}, {CodecId::Pcma, 8000, 8000}};
  for (const std::uint32_t encoder : {8000U, 16000U}) {
    for (const std::uint32_t decoder : {8000U, 16000U}) pairs.push_back({CodecId::G722, encoder, decoder});
  }
  for (const std::uint32_t encoder : {8000U, 16000U, 48000U}) {
    for (const std::uint32_t decoder : {8000U, 16000U, 48000U}) pairs.push_back({CodecId::Opus, encoder, decoder});
  }
  return pairs;
}

class CodecTest : public ::testing::TestWithParam<Rates> {
 protected:
  CodecTest() : decoder_(make_decoder(GetParam().codec, GetParam().decoder).value()) {}

  std::vector<std::int16_t> decode(const Payload& payload) {
    std::vector<std::int16_t> pcm(5760);
    const auto samples = decoder_->decode(payload, pcm);
    EXPECT_TRUE(samples) << samples.error().text;
    pcm.resize(samples.value_or(0));
    return pcm;
  }
  [[nodiscard]] std::size_t samples_of(Duration duration) const {
    return static_cast<std::size_t>(duration / 1ms) * GetParam().decoder / 1000;
  }

  std::unique_ptr<Decoder> decoder_;
};

TEST_P(CodecTest, ToneStaysThatToneAtItsLevel) {
  Humming source(GetParam().codec, GetParam().encoder);
  std::vector<std::int16_t> heard;
  for (int i = 0; i < 50; ++i) {
    const Payload payload = source.next();
    EXPECT_EQ(decoder_->samples_in(payload).value(), samples_of(20ms));
    append(heard, decode(payload));
  }
  ASSERT_EQ(heard.size(), samples_of(1s));
  const auto steady = std::span(heard).subspan(samples_of(200ms));
  EXPECT_GT(goertzel(steady, GetParam().decoder, Humming::kFrequency), 0.95);
  EXPECT_NEAR(level_dbov(steady), -15, 1.5);
}

TEST_P(CodecTest, OneLostPacketLeavesNoHole) {
  Humming source(GetParam().codec, GetParam().encoder);
  std::vector<std::int16_t> heard;
  // Within the first second: later Opus takes a steady tone for background noise and spends no copies on it.
  for (int i = 0; i < 40; ++i) {
    const Payload payload = source.next();
    if (i == 15 || i == 30) continue;
    if (i == 16 || i == 31) {
      std::vector<std::int16_t> lost(samples_of(20ms));
      decoder_->conceal(lost, payload);
      EXPECT_GT(goertzel(lost, GetParam().decoder, Humming::kFrequency), 0.6);
      append(heard, lost);
    }
    append(heard, decode(payload));
  }
  const std::size_t piece = samples_of(5ms);
  for (std::size_t at = samples_of(200ms); at + piece <= heard.size(); at += piece) {
    EXPECT_GT(level_dbov(std::span(heard).subspan(at, piece)), -22) << at / piece * 5 << " ms";
  }
  EXPECT_GT(goertzel(std::span(heard).subspan(samples_of(200ms)), GetParam().decoder, Humming::kFrequency), 0.8);
}

TEST_P(CodecTest, LongLossFadesOut) {
  Humming source(GetParam().codec, GetParam().encoder);
  for (int i = 0; i < 20; ++i) (void)decode(source.next());
  std::vector<std::int16_t> lost(samples_of(100ms));
  for (int i = 0; i < 5; ++i)
    decoder_->conceal(std::span(lost).subspan(samples_of(20ms) * static_cast<std::size_t>(i), samples_of(20ms)), {});
  EXPECT_LT(level_dbov(std::span(lost).last(samples_of(20ms))),
            level_dbov(std::span(lost).first(samples_of(20ms))) - 6);
}

TEST_P(CodecTest, ConcealsBeforeAnythingWasHeard) {
  std::vector<std::int16_t> lost(samples_of(20ms), 77);
  decoder_->conceal(lost, {});
  EXPECT_EQ(level_dbov(lost), -127);
}

TEST_P(CodecTest, RefusesWhatDoesNotFit) {
  Humming source(GetParam().codec, GetParam().encoder);
  const Payload payload = source.next();
  std::vector<std::int16_t> room(samples_of(20ms) - 1);
  EXPECT_FALSE(decoder_->decode(payload, room));
  EXPECT_FALSE(decoder_->decode({}, room));
  EXPECT_FALSE(decoder_->samples_in({}));
  EXPECT_FALSE(decoder_->samples_in(Payload(2000, 0x3f))) << "longer than 120 ms";
}

TEST_P(CodecTest, RandomPayloadsAreDecodedOrRefused) {
  SeededRandom random(11);
  std::vector<std::int16_t> pcm(samples_of(120ms));
  for (int i = 0; i < 2000; ++i) {
    Payload payload(random.below(200));
    random.fill(payload);
    const auto samples = decoder_->decode(payload, pcm);
    EXPECT_LE(samples.value_or(0), pcm.size());
    decoder_->conceal(std::span(pcm).first(samples_of(20ms)), payload);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryRatePair, CodecTest, ::testing::ValuesIn(all_rate_pairs()));

TEST(MakeCodec, RefusesRatesThatDoNotExist) {
  EXPECT_FALSE(make_decoder(CodecId::Pcmu, 16000));
  EXPECT_FALSE(make_decoder(CodecId::G722, 48000));
  EXPECT_FALSE(make_decoder(CodecId::Opus, 44100));
  EXPECT_FALSE(make_encoder(CodecId::Pcma, 16000));
  EXPECT_FALSE(make_encoder(CodecId::Opus, 44100));
  EXPECT_FALSE(make_encoder(CodecId::Opus, 16000, {.complexity = 11}));
}

TEST(Opus, LengthsFromTenMillisecondsToSixtyCanBeDecoded) {
  for (const Duration length : {10ms, 20ms, 40ms, 60ms}) {
    Humming source(CodecId::Opus, 48000, length);
    const auto decoder = make_decoder(CodecId::Opus, 8000).value();
    EXPECT_EQ(decoder->samples_in(source.next()).value(), static_cast<std::size_t>(length / 1ms) * 8);
  }
}

TEST(Opus, PacketOf120MillisecondsIsDecoded) {
  Humming source(CodecId::Opus, 16000, 60ms);
  const Payload first = source.next();
  // RFC 6716, section 3.2.3: two frames of one size in a packet have code 1; both are the same 60 ms here.
  Payload twice = first;
  twice.front() = static_cast<std::uint8_t>(first.front() | 1);
  twice.insert(twice.end(), first.begin() + 1, first.end());
  const auto decoder = make_decoder(CodecId::Opus, 16000).value();
  std::vector<std::int16_t> pcm(1920);
  EXPECT_EQ(decoder->decode(twice, pcm).value(), 1920U);
}

TEST(Opus, FortyEightFramesOfTooGreatALengthAreRefused) {
  const auto decoder = make_decoder(CodecId::Opus, 8000).value();
  std::vector<std::int16_t> pcm(960);
  // Code 3 with a count of 48: of 2.5 ms that is the longest legal packet, of 20 ms it is an attack.
  Payload attack(100, 0);
  attack[0] = 0x0b;
  attack[1] = 48;
  EXPECT_FALSE(decoder->decode(attack, pcm));
  attack[1] = 0;
  EXPECT_FALSE(decoder->decode(attack, pcm)) << "no frame at all";
}

TEST(Opus, CopyInTheNextPacketRestoresWhatWasLost) {
  // A tone that begins in the lost packet: only the copy can tell.
  const auto encoder = make_encoder(CodecId::Opus, 16000, {.expected_loss_percent = 20}).value();
  std::vector<Payload> payloads;
  ToneGenerator tone(tones::continuous(300, -10), 16000);
  for (int i = 0; i < 32; ++i) {
    std::vector<std::int16_t> pcm(320);
    if (i >= 30) tone.generate(pcm);
    Payload payload(400);
    payload.resize(encoder->encode(pcm, payload).value());
    payloads.push_back(payload);
  }
  const auto level_with = [&](Bytes next) {
    const auto decoder = make_decoder(CodecId::Opus, 16000).value();
    std::vector<std::int16_t> pcm(320);
    for (std::size_t i = 0; i < 30; ++i) EXPECT_TRUE(decoder->decode(payloads[i], pcm));
    decoder->conceal(pcm, next);
    return level_dbov(pcm);
  };
  EXPECT_GT(level_with(payloads[31]), level_with({}) + 20);
}

TEST(Opus, SpendsAboutTheRateItWasGiven) {
  for (const std::uint32_t rate : {8000U, 16000U}) {
    Humming source(CodecId::Opus, rate);
    std::size_t bytes = 0;
    for (int i = 0; i < 250; ++i) bytes += source.next().size();
    EXPECT_LT(bytes * 8 / 5, 36000U) << rate;
  }
}

}  // namespace
}  // namespace webcalling::media
