#include "media/rtp/receive_statistics.hpp"

#include <gtest/gtest.h>

namespace webcalling::media {
namespace {

using Arrival = ReceiveStatistics::Arrival;

constexpr std::uint32_t kClock = 8000;
constexpr Ssrc kSource(0x1111);
constexpr Ssrc kOther(0x2222);

/// Sends 20 ms packets of 160 ticks.
class ReceiveStatisticsTest : public ::testing::Test {
 protected:
  Arrival receive(int number, Duration late = 0ms, Ssrc ssrc = kSource) {
    RtpHeader header;
    header.ssrc = ssrc;
    header.sequence = SequenceNumber(static_cast<std::uint16_t>(first_ + number));
    header.timestamp = RtpTimestamp(static_cast<std::uint32_t>(number * 160));
    return statistics_.receive(header, kClock, start_ + number * 20ms + late);
  }
  void receive_all(int from, int to) {
    for (int number = from; number < to; ++number) receive(number);
  }

  int first_ = 1000;
  TimePoint start_{10s};
  ReceiveStatistics statistics_;
};

TEST_F(ReceiveStatisticsTest, TrustsANewSourceAtItsSecondPacket) {
  EXPECT_EQ(receive(0), Arrival::Probation);
  EXPECT_FALSE(statistics_.source());
  EXPECT_FALSE(statistics_.take_report());
  EXPECT_EQ(receive(1), Arrival::InOrder);
  EXPECT_EQ(statistics_.source(), kSource);
}

TEST_F(ReceiveStatisticsTest, NothingIsLostWhenEverythingComes) {
  receive_all(0, 100);
  const auto report = statistics_.take_report();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->source, kSource);
  EXPECT_EQ(report->cumulative_lost, 0);
  EXPECT_EQ(report->fraction_lost, 0);
  EXPECT_EQ(report->extended_highest_sequence, 1099U);
  EXPECT_EQ(report->jitter, 0U);
}

TEST_F(ReceiveStatisticsTest, CountsLossSinceTheLastReportAndInAll) {
  receive_all(0, 50);
  receive_all(75, 101);
  auto report = statistics_.take_report();
  EXPECT_EQ(report->cumulative_lost, 25);
  EXPECT_EQ(report->fraction_lost, 64) << "25 of 100, in 256ths";
  receive_all(101, 201);
  report = statistics_.take_report();
  EXPECT_EQ(report->cumulative_lost, 25);
  EXPECT_EQ(report->fraction_lost, 0);
}

TEST_F(ReceiveStatisticsTest, CountsCyclesOverTheWrap) {
  first_ = 65500;
  receive_all(0, 100);
  EXPECT_EQ(statistics_.take_report()->extended_highest_sequence, 65599U);
  EXPECT_EQ(statistics_.lost(), 0);
}

TEST_F(ReceiveStatisticsTest, LatePacketIsNotLost) {
  receive_all(0, 10);
  receive(11);
  EXPECT_EQ(statistics_.lost(), 1);
  EXPECT_EQ(receive(10), Arrival::Reordered);
  EXPECT_EQ(statistics_.lost(), 0);
}

TEST_F(ReceiveStatisticsTest, TellsADuplicate) {
  receive_all(0, 10);
  EXPECT_EQ(receive(9), Arrival::Duplicate);
  EXPECT_EQ(receive(5), Arrival::Duplicate);
  EXPECT_EQ(statistics_.lost(), -2) << "RFC 3550, A.3: duplicates make the loss negative";
  EXPECT_EQ(statistics_.take_report()->cumulative_lost, -2);
}

TEST_F(ReceiveStatisticsTest, LatePacketOverTheWrapDoesNotAddACycle) {
  first_ = 65530;
  receive_all(0, 5);
  receive(7);
  EXPECT_EQ(receive(5), Arrival::Reordered);
  EXPECT_EQ(statistics_.take_report()->extended_highest_sequence, 65537U);
}

TEST_F(ReceiveStatisticsTest, OneStrayPacketChangesNothing) {
  receive_all(0, 10);
  EXPECT_EQ(receive(20000), Arrival::Stray);
  receive_all(10, 20);
  EXPECT_EQ(statistics_.lost(), 0);
  EXPECT_EQ(statistics_.take_report()->extended_highest_sequence, 1019U);
}

TEST_F(ReceiveStatisticsTest, RestartsWhereASequenceJumpedFor) {
  receive_all(0, 10);
  EXPECT_EQ(receive(20000), Arrival::Stray);
  EXPECT_EQ(receive(20001), Arrival::InOrder);
  EXPECT_EQ(statistics_.lost(), 0);
  EXPECT_EQ(statistics_.take_report()->extended_highest_sequence, 21001U);
}

TEST_F(ReceiveStatisticsTest, OnePacketOfAnotherSourceDoesNotReplaceTheTrustedOne) {
  receive_all(0, 10);
  EXPECT_EQ(receive(500, 0ms, kOther), Arrival::Probation);
  receive(10);
  EXPECT_EQ(statistics_.source(), kSource);
  EXPECT_EQ(statistics_.received(), 10U);
  receive(600, 0ms, kOther);
  EXPECT_EQ(receive(601, 0ms, kOther), Arrival::InOrder);
  EXPECT_EQ(statistics_.source(), kOther);
  EXPECT_EQ(statistics_.received(), 1U);
}

TEST_F(ReceiveStatisticsTest, MeasuresJitterAsRfc3550Does) {
  // Every other packet is 10 ms late: differences of 80 ticks each, to which the estimate converges.
  for (int number = 0; number < 200; ++number) receive(number, number % 2 == 0 ? 0ms : 10ms);
  EXPECT_NEAR(statistics_.take_report()->jitter, 80, 2);
  EXPECT_NEAR(static_cast<double>(statistics_.jitter().count()), 10e6, 0.2e6);
}

TEST_F(ReceiveStatisticsTest, APauseIsNoJitter) {
  receive_all(0, 10);
  RtpHeader header;
  header.ssrc = kSource;
  header.sequence = SequenceNumber(1010);
  header.timestamp = RtpTimestamp(1600);
  statistics_.receive(header, kClock, start_ + 60s);
  EXPECT_EQ(statistics_.take_report()->jitter, 0U);
}

TEST_F(ReceiveStatisticsTest, PacketsOfOneTelephoneEventAreNoJitter) {
  receive_all(0, 10);
  RtpHeader header;
  header.ssrc = kSource;
  header.timestamp = RtpTimestamp(1600);
  for (int number = 10; number < 20; ++number) {
    header.sequence = SequenceNumber(static_cast<std::uint16_t>(1000 + number));
    statistics_.receive(header, kClock, start_ + number * 20ms);
  }
  EXPECT_EQ(statistics_.take_report()->jitter, 0U);
}

TEST_F(ReceiveStatisticsTest, AnotherClockRateStartsJitterAfresh) {
  receive_all(0, 10);
  RtpHeader header;
  header.ssrc = kSource;
  header.sequence = SequenceNumber(1010);
  header.timestamp = RtpTimestamp(4'000'000);
  statistics_.receive(header, 48000, start_ + 200ms);
  EXPECT_EQ(statistics_.take_report()->jitter, 0U);
}

}  // namespace
}  // namespace webcalling::media
