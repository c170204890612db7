#include "media/session/recorded_voice.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "media/dsp/measure.hpp"
#include "media/session/voice_for_tests.hpp"

namespace webcalling::media {
namespace {

/// A voice that is recorded while what was recorded is heard, 20 ms after 20 ms.
class RecordedVoiceTest : public ::testing::Test {
 protected:
  void hear(Bytes datagram, const Voice::Words& words = kPcmuWords) {
    const auto packet = RtpPacket::parse(datagram).value();
    const auto kind = packet.header().payload_type == words.audio.payload_type ? HeardPacket::Kind::Audio
                                                                               : HeardPacket::Kind::TelephoneEvent;
    recording_.hear(
        {packet.header(), packet.payload(), kind, words.audio.codec, traits_of(words.audio.codec).clock_rate});
  }
  void listen(Duration time) {
    const std::size_t before = heard_.size();
    heard_.resize(before + to_ticks(time, 8000));
    recording_.generate(std::span(heard_).subspan(before));
  }
  void talk(Voice& voice, Duration time) {
    for (Duration done{}; done < time; done += Voice::kPacket) {
      hear(voice.hum(), voice.words());
      listen(Voice::kPacket);
    }
  }
  [[nodiscard]] std::span<const std::int16_t> heard(Duration from, Duration to) const {
    return std::span(heard_).subspan(to_ticks(from, 8000), to_ticks(to - from, 8000));
  }
  [[nodiscard]] bool silent(Duration from, Duration to) const { return level_dbov(heard(from, to)) < -80; }

  RecordedVoice recording_{8000};
  std::vector<std::int16_t> heard_;
  Voice voice_{kPcmuWords, Ssrc(7)};
};

TEST_F(RecordedVoiceTest, ComesBackAfterFourSecondsAndOnlyOnce) {
  listen(1s);
  talk(voice_, 12s);
  EXPECT_TRUE(silent(0s, 5s)) << "nobody spoke for a second, then it is recorded";
  EXPECT_GT(goertzel(heard(5040ms, 8960ms), 8000, 700), 0.95);
  EXPECT_GT(level_dbov(heard(5s, 9s)), -20);
  EXPECT_TRUE(silent(9s, 13s));
}

TEST_F(RecordedVoiceTest, SilenceOfAnHourBeforeTheFirstWordCostsNothing) {
  for (int minute = 0; minute < 60; ++minute) listen(60s);
  heard_.clear();
  talk(voice_, 5s);
  EXPECT_GT(goertzel(heard(4040ms, 5s), 8000, 700), 0.9);
}

TEST_F(RecordedVoiceTest, ShortSpeechIsFollowedBySilence) {
  talk(voice_, 1s);
  listen(8s);
  EXPECT_GT(goertzel(heard(4040ms, 4960ms), 8000, 700), 0.9);
  EXPECT_TRUE(silent(5s, 9s));
}

TEST_F(RecordedVoiceTest, ALostPacketIsConcealedAndALongGapIsSilence) {
  talk(voice_, 1s);
  (void)voice_.hum();
  listen(20ms);
  talk(voice_, 980ms);
  for (int i = 0; i < 25; ++i) (void)voice_.hum();
  listen(500ms);
  talk(voice_, 500ms);
  listen(5s);
  EXPECT_GT(level_dbov(heard(5s, 5020ms)), -40) << "concealed";
  EXPECT_TRUE(silent(6s, 6500ms));
  EXPECT_GT(goertzel(heard(6540ms, 6960ms), 8000, 700), 0.9);
}

TEST_F(RecordedVoiceTest, LateAndRepeatedPacketsAndDigitsChangeNothing) {
  const auto first = voice_.hum();
  const auto second = voice_.hum();
  hear(second);
  hear(first);
  hear(second);
  listen(20ms);
  for (const auto& event : voice_.press('5')) hear(event);
  listen(8s);
  EXPECT_GT(level_dbov(heard(4s, 4020ms)), -30);
  EXPECT_TRUE(silent(4020ms, 8s));
}

TEST_F(RecordedVoiceTest, GoesOnWithAnotherStreamAndAnotherCodec) {
  Voice other(kOpusWords, Ssrc(8));
  talk(voice_, 1s);
  talk(other, 1s);
  listen(6s);
  EXPECT_GT(goertzel(heard(4040ms, 4960ms), 8000, 700), 0.9);
  EXPECT_GT(goertzel(heard(5100ms, 5900ms), 8000, 1300), 0.9);
}

TEST_F(RecordedVoiceTest, ATimestampFromNowhereIsBeyondTheEnd) {
  talk(voice_, 100ms);
  for (int i = 0; i < 1000; ++i) (void)voice_.hum();
  hear(voice_.hum());
  listen(8s);
  EXPECT_TRUE(silent(4100ms, 8s));
}

TEST_F(RecordedVoiceTest, NonsenseIsNotHeard) {
  HeardPacket packet;
  packet.kind = HeardPacket::Kind::Audio;
  packet.codec = CodecId::Opus;
  packet.clock_rate = 48000;
  const ByteVector nonsense(300, 0xff);
  packet.payload = nonsense;
  recording_.hear(packet);
  packet.payload = {};
  recording_.hear(packet);
  listen(9s);
  EXPECT_TRUE(silent(0s, 9s));
}

}  // namespace
}  // namespace webcalling::media
