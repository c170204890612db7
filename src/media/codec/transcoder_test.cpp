#include "media/codec/transcoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "base/random.hpp"
#include "media/codec/tone_for_tests.hpp"
#include "media/dsp/measure.hpp"

namespace webcalling::media {
namespace {

struct Packet {
  SequenceNumber sequence;
  RtpTimestamp timestamp;
  Payload payload;
};

/// A humming party that numbers its packets, starting right before both wraps.
class Sender {
 public:
  explicit Sender(CodecId codec, Duration length = 20ms)
      : humming_(codec, traits_of(codec).audio_rate, length), ticks_(to_ticks(length, traits_of(codec).clock_rate)) {}

  Packet next() {
    Packet packet{sequence_, timestamp_, humming_.next()};
    sequence_ += 1;
    timestamp_ += ticks_;
    return packet;
  }
  void pause(std::uint32_t ticks) { timestamp_ += ticks; }
  void spend_sequence_number() { sequence_ += 1; }

 private:
  Humming humming_;
  std::uint32_t ticks_;
  SequenceNumber sequence_{0xfff0};
  RtpTimestamp timestamp_{0xffffff00};
};

/// A party that hears what the transcoder made of it.
class Listener {
 public:
  Listener(CodecId from, CodecId to, std::chrono::milliseconds frame = 20ms)
      : transcoder(Transcoder::make(bench_, from, to, frame).value()),
        rate(traits_of(to).audio_rate),
        frame_(frame),
        decoder_(make_decoder(to, rate).value()) {}

  std::size_t receive(const Packet& packet) {
    const auto frames = transcoder.receive(packet.sequence, packet.timestamp, packet.payload);
    for (const Transcoder::Frame& frame : frames) {
      timestamps.push_back(frame.timestamp);
      std::vector<std::int16_t> pcm(to_ticks(frame_, rate));
      EXPECT_EQ(decoder_->decode(frame.payload, pcm).value(), pcm.size()) << "frames of one length";
      append(heard, pcm);
    }
    return frames.size();
  }

  [[nodiscard]] std::uint32_t frame_ticks() const { return to_ticks(frame_, traits_of(transcoder.to()).clock_rate); }
  void expect_continuous_timestamps() const {
    for (std::size_t i = 1; i < timestamps.size(); ++i) {
      EXPECT_EQ(timestamps[i] - timestamps[i - 1], static_cast<std::int32_t>(frame_ticks())) << i;
    }
  }
  [[nodiscard]] double tone() const {
    return goertzel(std::span(heard).subspan(std::min<std::size_t>(heard.size(), rate / 5)), rate, Humming::kFrequency);
  }

 private:
  Transcoder::Bench bench_;

 public:
  Transcoder transcoder;
  std::uint32_t rate;
  std::vector<RtpTimestamp> timestamps;
  std::vector<std::int16_t> heard;

 private:
  std::chrono::milliseconds frame_;
  std::unique_ptr<Decoder> decoder_;
};

struct Pair {
  CodecId from;
  CodecId to;
};

void PrintTo(const Pair& pair, std::ostream* out) {
  *out << traits_of(pair.from).name << " to " << traits_of(pair.to).name;
}

std::vector<Pair> all_pairs() {
  std::vector<Pair> pairs;
  for (const CodecId from : kCodecs) {
    for (const CodecId to : kCodecs) pairs.push_back({from, to});
  }
  return pairs;
}

class TranscoderPairTest : public ::testing::TestWithParam<Pair> {
 protected:
  Sender sender_{GetParam().from};
  Listener listener_{GetParam().from, GetParam().to};
};

TEST_P(TranscoderPairTest, ToneArrivesFrameByFrame) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(listener_.receive(sender_.next()), 1U);
  listener_.expect_continuous_timestamps();
  EXPECT_GT(listener_.tone(), 0.9);
  EXPECT_NEAR(level_dbov(std::span(listener_.heard).subspan(listener_.rate / 5)), -15, 2);
}

TEST_P(TranscoderPairTest, ToneSurvivesLossAndReordering) {
  SeededRandom random(5);
  std::vector<Packet> packets;
  for (int i = 0; i < 500; ++i) {
    packets.push_back(sender_.next());
    // The last packet always comes, so that everything before it is accounted for.
    if (i != 499 && random.below(100) < 5) packets.pop_back();
  }
  for (std::size_t i = 1; i + 2 < packets.size(); ++i) {
    if (random.below(100) < 3) std::swap(packets[i], packets[i + 1]);
  }
  for (const Packet& packet : packets) listener_.receive(packet);
  listener_.expect_continuous_timestamps();
  EXPECT_EQ(listener_.timestamps.size(), 500U) << "every lost packet was replaced";
  EXPECT_GT(listener_.transcoder.counters().concealed, 20U);
  EXPECT_GT(listener_.transcoder.counters().late, 5U);
  EXPECT_GT(listener_.tone(), 0.7);
}

INSTANTIATE_TEST_SUITE_P(EveryPair, TranscoderPairTest, ::testing::ValuesIn(all_pairs()));

class TranscoderFrameTest : public ::testing::TestWithParam<std::tuple<CodecId, int>> {};

TEST_P(TranscoderFrameTest, FramesAreTwentyMillisecondsWhateverComes) {
  const auto [codec, milliseconds] = GetParam();
  const Duration length = milliseconds * 1ms;
  Sender sender(codec, length);
  Listener listener(codec, codec == CodecId::Pcma ? CodecId::Pcmu : CodecId::Pcma);
  for (int i = 0; i < 100; ++i) listener.receive(sender.next());
  EXPECT_EQ(listener.timestamps.size(), static_cast<std::size_t>(100 * length / 20ms));
  listener.expect_continuous_timestamps();
  EXPECT_GT(listener.tone(), 0.95);
}

INSTANTIATE_TEST_SUITE_P(Lengths, TranscoderFrameTest,
                         ::testing::Combine(::testing::Values(CodecId::Opus, CodecId::Pcmu, CodecId::Pcma,
                                                              CodecId::G722),
                                            ::testing::Values(10, 20, 40, 60)));

/// To whom, how long the packets are that come, and those that go.
class TranscoderPacketTimeTest : public ::testing::TestWithParam<std::tuple<CodecId, int, int>> {};

TEST_P(TranscoderPacketTimeTest, ToneArrivesInPacketsOfTheAgreedLength) {
  const auto [to, incoming, outgoing] = GetParam();
  Sender sender(CodecId::Pcmu, incoming * 1ms);
  Listener listener(CodecId::Pcmu, to, std::chrono::milliseconds(outgoing));
  for (int sent = 0; sent < 3000; sent += incoming) listener.receive(sender.next());
  EXPECT_GE(listener.timestamps.size(), static_cast<std::size_t>(3000 / outgoing));
  listener.expect_continuous_timestamps();
  EXPECT_GT(listener.tone(), 0.9);
}

TEST_P(TranscoderPacketTimeTest, TimeNeverGoesBackWhateverIsLostOrPaused) {
  const auto [to, incoming, outgoing] = GetParam();
  SeededRandom random(static_cast<std::uint64_t>(incoming + outgoing));
  Sender sender(CodecId::Pcmu, incoming * 1ms);
  Listener listener(CodecId::Pcmu, to, std::chrono::milliseconds(outgoing));
  for (int i = 0; i < 500; ++i) {
    const Packet packet = sender.next();
    if (random.below(10) == 0) sender.pause(static_cast<std::uint32_t>(random.below(1000)));
    if (random.below(10) != 0) listener.receive(packet);
  }
  for (std::size_t i = 1; i < listener.timestamps.size(); ++i) {
    ASSERT_GE(listener.timestamps[i] - listener.timestamps[i - 1], static_cast<std::int32_t>(listener.frame_ticks()));
  }
}

INSTANTIATE_TEST_SUITE_P(ToOpus, TranscoderPacketTimeTest,
                         ::testing::Combine(::testing::Values(CodecId::Opus), ::testing::Values(10, 20, 30, 60),
                                            ::testing::Values(10, 20, 40, 60)));
INSTANTIATE_TEST_SUITE_P(ToOthers, TranscoderPacketTimeTest,
                         ::testing::Combine(::testing::Values(CodecId::Pcma, CodecId::G722),
                                            ::testing::Values(10, 20, 30, 60, 120),
                                            ::testing::Values(10, 20, 30, 40, 50, 60)));

TEST(TranscoderFrame, ThirtyMillisecondsOfG711KeepTheirRest) {
  Sender sender(CodecId::Pcmu, 30ms);
  Listener listener(CodecId::Pcmu, CodecId::Opus);
  std::vector<std::size_t> counts;
  for (int i = 0; i < 4; ++i) counts.push_back(listener.receive(sender.next()));
  EXPECT_EQ(counts, (std::vector<std::size_t>{1, 2, 1, 2}));
  listener.expect_continuous_timestamps();
}

class TranscoderTest : public ::testing::Test {
 protected:
  void run(int packets) {
    for (int i = 0; i < packets; ++i) listener_.receive(sender_.next());
  }
  void lose(int packets) {
    for (int i = 0; i < packets; ++i) (void)sender_.next();
  }
  [[nodiscard]] const Transcoder::Counters& counters() const { return listener_.transcoder.counters(); }

  Sender sender_{CodecId::Opus};
  Listener listener_{CodecId::Opus, CodecId::Pcmu};
};

TEST_F(TranscoderTest, ConcealsUpToAHundredMilliseconds) {
  run(10);
  lose(5);
  EXPECT_EQ(listener_.receive(sender_.next()), 6U);
  EXPECT_EQ(counters().lost, 5U);
  EXPECT_EQ(counters().concealed, 1U);
  listener_.expect_continuous_timestamps();
}

TEST_F(TranscoderTest, LongerLossBecomesAJumpOfTheTimestamp) {
  run(10);
  lose(6);
  EXPECT_EQ(listener_.receive(sender_.next()), 1U);
  EXPECT_EQ(counters().jumps, 1U);
  EXPECT_EQ(listener_.timestamps[10] - listener_.timestamps[9], 7 * 160);
}

TEST_F(TranscoderTest, PauseOfTheSenderIsAPauseOfOurs) {
  run(10);
  sender_.pause(48000);
  run(10);
  EXPECT_EQ(counters().lost, 0U);
  EXPECT_EQ(listener_.timestamps[10] - listener_.timestamps[9], 160 + 8000);
  EXPECT_EQ(listener_.timestamps.size(), 20U);
}

TEST_F(TranscoderTest, JumpEndsTheFrameThatWasBegun) {
  Sender sender(CodecId::Pcmu, 30ms);
  Listener listener(CodecId::Pcmu, CodecId::Opus);
  listener.receive(sender.next());
  sender.pause(8000);
  listener.receive(sender.next());
  ASSERT_EQ(listener.timestamps.size(), 3U);
  EXPECT_EQ(listener.timestamps[1] - listener.timestamps[0], 960);
  EXPECT_EQ(listener.timestamps[2] - listener.timestamps[0], 30 * 48 + 48000) << "where the packet began";
}

TEST_F(TranscoderTest, DigitsBetweenAudioAreNoLoss) {
  run(5);
  for (int i = 0; i < 10; ++i) {
    Packet digit = sender_.next();
    listener_.transcoder.skip(digit.sequence);
    listener_.transcoder.skip(digit.sequence);  // some phones repeat the end under one number
  }
  run(5);
  EXPECT_EQ(counters().lost, 0U);
  EXPECT_EQ(counters().concealed, 0U);
  EXPECT_EQ(listener_.timestamps[5] - listener_.timestamps[4], 11 * 160) << "as long as the digit took";
}

TEST_F(TranscoderTest, LossNextToADigitIsStillConcealed) {
  run(5);
  sender_.spend_sequence_number();
  listener_.transcoder.skip(SequenceNumber(static_cast<std::uint16_t>(0xfff0 + 5)));
  lose(1);
  run(1);
  EXPECT_EQ(counters().lost, 1U);
  EXPECT_EQ(counters().concealed, 1U);
}

TEST_F(TranscoderTest, DuplicateIsDropped) {
  run(5);
  const Packet packet = sender_.next();
  EXPECT_EQ(listener_.receive(packet), 1U);
  EXPECT_EQ(listener_.receive(packet), 0U);
  EXPECT_EQ(counters().late, 1U);
}

TEST_F(TranscoderTest, MalformedPayloadIsConcealedAsLost) {
  run(10);
  Packet packet = sender_.next();
  packet.payload = {0x0b, 48, 0, 0};
  EXPECT_EQ(listener_.receive(packet), 0U);
  packet.payload = {};
  EXPECT_EQ(listener_.receive(packet), 0U);
  EXPECT_EQ(counters().malformed, 2U);
  EXPECT_EQ(listener_.receive(sender_.next()), 2U);
  listener_.expect_continuous_timestamps();
}

TEST_F(TranscoderTest, PayloadThatOnlyLooksWellIsConcealedAsLost) {
  run(10);
  Packet packet = sender_.next();
  // Two frames of one size in an odd number of bytes (RFC 6716, section 3.2.3).
  packet.payload = {0x09, 1, 2, 3};
  listener_.receive(packet);
  EXPECT_EQ(counters().malformed, 1U);
  run(5);
  listener_.expect_continuous_timestamps();
  EXPECT_EQ(listener_.timestamps.size(), 16U);
}

TEST_F(TranscoderTest, RestartedSenderGoesOnWithoutAGap) {
  run(10);
  Packet packet = sender_.next();
  packet.sequence += 20000;
  packet.timestamp += 0x80000000;
  EXPECT_EQ(listener_.receive(packet), 1U);
  listener_.expect_continuous_timestamps();
}

TEST_F(TranscoderTest, AnotherStreamAfterRestartGoesOnWithoutAGap) {
  run(10);
  listener_.transcoder.restart();
  Sender other(CodecId::Opus);
  for (int i = 0; i < 10; ++i) listener_.receive(other.next());
  listener_.expect_continuous_timestamps();
  EXPECT_EQ(listener_.timestamps.size(), 20U);
  EXPECT_EQ(counters().late, 0U);
}

TEST_F(TranscoderTest, LongestPacketAfterLongestGapFits) {
  Sender sender(CodecId::Pcmu, 120ms);
  Listener listener(CodecId::Pcmu, CodecId::Pcma);
  Packet first = sender.next();
  first.payload.resize(150 * 5);
  listener.receive(first);
  // 750 bytes came: the sequence says one is missing, the timestamp that 100 ms are.
  Packet second = sender.next();
  second.sequence += 1;
  second.timestamp = first.timestamp + (750 + 800);
  EXPECT_EQ(listener.receive(second), static_cast<std::size_t>((750 % 160 + 800 + 960) / 160));
  listener.expect_continuous_timestamps();
}

/// RFC 6716 section 3.1: from configuration 16 on it is CELT alone.
bool is_celt_alone(Bytes opus) { return opus[0] >> 3 >= 16; }

TEST_F(TranscoderTest, ChangeOfEffortIsNotHeard) {
  for (const CodecId from : {CodecId::Pcmu, CodecId::G722}) {
    const std::uint32_t rate = common_rate(from, CodecId::Opus);
    Transcoder::Bench bench;
    auto transcoder = Transcoder::make(bench, from, CodecId::Opus).value();
    auto decoder = make_decoder(CodecId::Opus, rate).value();
    Humming humming(from, rate);
    for (std::uint16_t i = 0; i < 200; ++i) {
      const bool celt_alone = i / 25 % 2 == 1;
      if (celt_alone) {
        transcoder.adapt({.forward_error_correction = false, .complexity = 0, .celt_alone = true});
      } else {
        transcoder.adapt({.complexity = i / 25 % 4 == 0 ? 5U : 0U});
      }
      const Payload payload = humming.next();
      const auto frames = transcoder.receive(SequenceNumber(i), RtpTimestamp(160U * i), payload);
      ASSERT_EQ(frames.size(), 1U);
      std::vector<std::int16_t> pcm(rate / 50);
      ASSERT_TRUE(decoder->decode(frames[0].payload, pcm));
      // The decoder and the encoder begin, too.
      if (i < 4) continue;
      EXPECT_GT(goertzel(pcm, rate, Humming::kFrequency), 0.98) << i;
      // The first packet after a change has both.
      if (i % 25 == 0) continue;
      EXPECT_EQ(is_celt_alone(frames[0].payload), celt_alone) << i;
    }
  }
}

TEST_F(TranscoderTest, AnySequenceOfPacketsIsSurvived) {
  SeededRandom random(17);
  Transcoder::Bench bench;
  for (const Pair& pair : all_pairs()) {
    auto transcoder = Transcoder::make(bench, pair.from, pair.to).value();
    for (int i = 0; i < 500; ++i) {
      Payload payload(random.below(300));
      random.fill(payload);
      const SequenceNumber sequence(static_cast<std::uint16_t>(i + static_cast<int>(random.below(8))));
      const RtpTimestamp timestamp(static_cast<std::uint32_t>(i * 160) +
                                   static_cast<std::uint32_t>(random.below(2000)));
      if (random.below(10) == 0) transcoder.skip(sequence);
      EXPECT_LE(transcoder.receive(sequence, timestamp, payload).size(), 13U);
    }
  }
}

}  // namespace
}  // namespace webcalling::media
