#include "media/rtp/stream_writer.hpp"

#include <gtest/gtest.h>

namespace webcalling::media {
namespace {

constexpr Ssrc kOurs(0x0505);
constexpr Ssrc kCaller(0xaaaa);
constexpr StreamSource kRingback(1);
constexpr StreamSource kMusic(2);
constexpr StreamFormat kPcmu{PayloadType(0), 8000};
constexpr StreamFormat kOpus{PayloadType(111), 48000};
constexpr TimePoint kStart{100s};

RtpHeader packet(int sequence, std::uint32_t timestamp, bool marker = false, Ssrc ssrc = kCaller) {
  return {.marker = marker,
          .payload_type = PayloadType(96),
          .sequence = SequenceNumber(static_cast<std::uint16_t>(sequence)),
          .timestamp = RtpTimestamp(timestamp),
          .ssrc = ssrc};
}

class StreamWriterTest : public ::testing::Test {
 protected:
  StreamWriter writer_{kOurs, SequenceNumber(500), RtpTimestamp(10000), kStart};
};

TEST_F(StreamWriterTest, StartsAtRandomInTheLowerHalf) {
  SeededRandom random(1);
  for (int i = 0; i < 100; ++i) EXPECT_LT(StreamWriter::start(random, kStart).next_sequence().value(), 0x8000);
}

TEST_F(StreamWriterTest, ForwardsWithOurOwnNumbers) {
  const auto first = writer_.forward(packet(7000, 160), kPcmu, kStart);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->ssrc, kOurs);
  EXPECT_EQ(first->payload_type, PayloadType(0));
  EXPECT_EQ(first->sequence, SequenceNumber(500));
  EXPECT_TRUE(first->marker) << "the first packet of a source";
  const auto second = writer_.forward(packet(7001, 320), kPcmu, kStart + 20ms);
  EXPECT_EQ(second->sequence, SequenceNumber(501));
  EXPECT_EQ(second->timestamp - first->timestamp, 160);
  EXPECT_FALSE(second->marker);
}

TEST_F(StreamWriterTest, KeepsTheGapsOfTheSourceSoThatLossStaysVisible) {
  const auto first = writer_.forward(packet(7000, 0), kPcmu, kStart);
  const auto after_gap = writer_.forward(packet(7004, 640), kPcmu, kStart + 80ms);
  EXPECT_EQ(after_gap->sequence - first->sequence, 4);
  EXPECT_EQ(after_gap->timestamp - first->timestamp, 640);
}

TEST_F(StreamWriterTest, KeepsTheOrderOfTheSource) {
  const auto first = writer_.forward(packet(7000, 0), kPcmu, kStart);
  (void)writer_.forward(packet(7002, 320), kPcmu, kStart + 40ms);
  const auto late = writer_.forward(packet(7001, 160), kPcmu, kStart + 41ms);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->sequence - first->sequence, 1);
  EXPECT_EQ(late->timestamp - first->timestamp, 160);
  EXPECT_EQ(writer_.next_sequence() - first->sequence, 3);
}

TEST_F(StreamWriterTest, KeepsMarkerOfTheSource) {
  (void)writer_.forward(packet(7000, 0), kPcmu, kStart);
  EXPECT_TRUE(writer_.forward(packet(7001, 8000, true), kPcmu, kStart + 1s)->marker);
}

TEST_F(StreamWriterTest, SwitchGoesOnSmoothlyByTheTimeThatPassed) {
  const auto tone = writer_.append(kRingback, RtpTimestamp(0), kPcmu, kStart);
  const auto caller = writer_.forward(packet(7000, 123456), kPcmu, kStart + 300ms);
  EXPECT_EQ(caller->sequence - tone.sequence, 1);
  EXPECT_EQ(caller->timestamp - tone.timestamp, 2400);
  EXPECT_TRUE(caller->marker);
  const auto music = writer_.append(kMusic, RtpTimestamp(77), kPcmu, kStart + 320ms);
  EXPECT_EQ(music.sequence - caller->sequence, 1);
  EXPECT_EQ(music.timestamp - caller->timestamp, 160);
  EXPECT_TRUE(music.marker);
  const auto more_music = writer_.append(kMusic, RtpTimestamp(77 + 160), kPcmu, kStart + 340ms);
  EXPECT_EQ(more_music.timestamp - music.timestamp, 160);
  EXPECT_FALSE(more_music.marker);
  const auto again = writer_.forward(packet(8000, 999), kPcmu, kStart + 360ms);
  EXPECT_EQ(again->sequence - more_music.sequence, 1) << "the caller's own gap meanwhile is no loss of ours";
  EXPECT_TRUE(again->marker);
}

TEST_F(StreamWriterTest, SwitchRightAfterAPacketDoesNotOverlapIt) {
  const auto tone = writer_.append(kRingback, RtpTimestamp(0), kPcmu, kStart);
  const auto caller = writer_.forward(packet(7000, 0), kPcmu, kStart + 1ms);
  EXPECT_EQ(caller->timestamp - tone.timestamp, 160);
}

TEST_F(StreamWriterTest, ChangeOfCodecCountsElapsedTimeOnTheNewClock) {
  const auto before = writer_.forward(packet(7000, 0), kPcmu, kStart);
  const auto after = writer_.forward(packet(7001, 48000), kOpus, kStart + 40ms);
  EXPECT_EQ(after->sequence - before->sequence, 1);
  EXPECT_EQ(after->timestamp - before->timestamp, 1920);
  EXPECT_TRUE(after->marker);
}

TEST_F(StreamWriterTest, AnotherCallerIsASwitch) {
  const auto one = writer_.forward(packet(7000, 0), kPcmu, kStart);
  const auto other = writer_.forward(packet(3, 5'000'000, false, Ssrc(0xbbbb)), kPcmu, kStart + 20ms);
  EXPECT_EQ(other->sequence - one->sequence, 1);
  EXPECT_EQ(other->timestamp - one->timestamp, 160);
}

TEST_F(StreamWriterTest, NeverGivesASequenceNumberThatWasTakenBeforeTheSwitch) {
  (void)writer_.append(kRingback, RtpTimestamp(0), kPcmu, kStart);
  (void)writer_.forward(packet(7005, 800), kPcmu, kStart + 20ms);
  EXPECT_FALSE(writer_.forward(packet(7004, 640), kPcmu, kStart + 21ms)) << "would repeat the ringback's number";
}

TEST_F(StreamWriterTest, RestartedSequenceOfTheSameSourceIsASwitch) {
  const auto before = writer_.forward(packet(7000, 0), kPcmu, kStart);
  const auto after = writer_.forward(packet(40000, 9'000'000), kPcmu, kStart + 20ms);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->sequence - before->sequence, 1);
  EXPECT_EQ(after->timestamp - before->timestamp, 160);
}

TEST_F(StreamWriterTest, RestartedCountOfTheSameGeneratorIsASwitch) {
  (void)writer_.append(received_source(kCaller), RtpTimestamp(0), kOpus, kStart);
  const auto before = writer_.append(received_source(kCaller), RtpTimestamp(960 * 50), kOpus, kStart + 1s);
  const auto after = writer_.append(received_source(kCaller), RtpTimestamp(0), kOpus, kStart + 1020ms);
  EXPECT_EQ(after.timestamp - before.timestamp, 960);
  EXPECT_TRUE(after.marker);
}

TEST_F(StreamWriterTest, InsertedDigitShiftsWhatIsForwarded) {
  const auto before = writer_.forward(packet(7000, 0), kPcmu, kStart);
  (void)writer_.forward(packet(7002, 320), kPcmu, kStart + 40ms);
  const auto digit = writer_.insert(writer_.timestamp_at(kStart + 60ms, 8000), true, PayloadType(101));
  EXPECT_EQ(digit.sequence - before->sequence, 3);
  EXPECT_EQ(digit.timestamp - before->timestamp, 480);
  EXPECT_FALSE(writer_.forward(packet(7001, 160), kPcmu, kStart + 61ms)) << "its number may be taken";
  const auto after = writer_.forward(packet(7003, 480), kPcmu, kStart + 62ms);
  EXPECT_EQ(after->sequence - before->sequence, 4);
  EXPECT_EQ(after->timestamp - before->timestamp, 480);
  EXPECT_FALSE(after->marker);
}

TEST_F(StreamWriterTest, ReplacedPacketKeepsItsPlaceAmongTheForwarded) {
  const auto before = writer_.forward(packet(7000, 0), kOpus, kStart);
  const auto event = writer_.replace(packet(7001, 555), RtpTimestamp(1), true, PayloadType(101));
  const auto after = writer_.forward(packet(7002, 960), kOpus, kStart + 20ms);
  EXPECT_EQ(event->sequence - before->sequence, 1);
  EXPECT_EQ(event->timestamp, RtpTimestamp(1));
  EXPECT_EQ(after->sequence - before->sequence, 2);
  EXPECT_EQ(after->timestamp - before->timestamp, 960);
}

TEST_F(StreamWriterTest, ReplacedPacketFollowsWhatWasTranscoded) {
  const auto before = writer_.append(received_source(kCaller), RtpTimestamp(0), kPcmu, kStart);
  const auto event = writer_.replace(packet(7001, 555), RtpTimestamp(1), true, PayloadType(101));
  EXPECT_EQ(event->sequence - before.sequence, 1);
}

TEST_F(StreamWriterTest, EventEndsRepeatedUnderOneNumberGetNumbersOfTheirOwn) {
  (void)writer_.forward(packet(7000, 0), kOpus, kStart);
  const auto end = writer_.replace(packet(7001, 555), RtpTimestamp(1), false, PayloadType(101));
  const auto again = writer_.replace(packet(7001, 555), RtpTimestamp(1), false, PayloadType(101));
  const auto after = writer_.forward(packet(7002, 960), kOpus, kStart + 20ms);
  EXPECT_EQ(again->sequence - end->sequence, 1);
  EXPECT_EQ(after->sequence - end->sequence, 2);
}

TEST_F(StreamWriterTest, GoesOnOverTheWrap) {
  StreamWriter writer(kOurs, SequenceNumber(0xffff), RtpTimestamp(0xffffff00), kStart);
  const auto last = writer.append(kMusic, RtpTimestamp(0), kPcmu, kStart);
  const auto first = writer.append(kMusic, RtpTimestamp(160), kPcmu, kStart + 20ms);
  EXPECT_EQ(last.sequence, SequenceNumber(0xffff));
  EXPECT_EQ(first.sequence, SequenceNumber(0));
  EXPECT_EQ(first.timestamp - last.timestamp, 160);
}

TEST_F(StreamWriterTest, SourceThatWentOnDuringAnInterruptionLeavesNoGapInTheSequence) {
  const auto before = writer_.forward(packet(7000, 0), kPcmu, kStart);
  writer_.interrupt();
  const auto after = writer_.forward(packet(7100, 16000), kPcmu, kStart + 10s);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->sequence - before->sequence, 1);
  EXPECT_EQ(after->timestamp - before->timestamp, 80000) << "by the time that passed, whatever the source says";
  EXPECT_TRUE(after->marker);
}

TEST_F(StreamWriterTest, SourceOfOurOwnThatPausedGoesOnLaterByThePause) {
  const auto before = writer_.append(kMusic, RtpTimestamp(0), kPcmu, kStart);
  writer_.interrupt();
  const auto after = writer_.append(kMusic, RtpTimestamp(160), kPcmu, kStart + 10s);
  EXPECT_EQ(after.sequence - before.sequence, 1);
  EXPECT_EQ(after.timestamp - before.timestamp, 80000);
  EXPECT_TRUE(after.marker);
}

// Eleven minutes at 50 packets a second are half the circle of the sequence numbers.
TEST_F(StreamWriterTest, ForwardsLongerThanTheSequenceNumbersLast) {
  for (int i = 0; i < 200'000; ++i) {
    const auto header =
        writer_.forward(packet(7000 + i, static_cast<std::uint32_t>(160 * i)), kPcmu, kStart + i * 20ms);
    ASSERT_TRUE(header) << i;
    ASSERT_EQ(header->sequence, SequenceNumber(static_cast<std::uint16_t>(500 + i)));
    ASSERT_EQ(header->marker, i == 0) << i;
  }
}

TEST_F(StreamWriterTest, LatePacketIsStillInItsPlaceAfterAnHour) {
  for (int i = 0; i < 180'000; ++i) {
    if (i != 179'950) (void)writer_.forward(packet(i, static_cast<std::uint32_t>(160 * i)), kPcmu, kStart + i * 20ms);
  }
  const auto late = writer_.forward(packet(179'950, 160U * 179'950), kPcmu, kStart + 1h);
  ASSERT_TRUE(late);
  EXPECT_EQ(late->sequence, SequenceNumber(static_cast<std::uint16_t>(500 + 179'950)));
}

}  // namespace
}  // namespace webcalling::media
