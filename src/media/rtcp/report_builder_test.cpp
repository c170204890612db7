#include "media/rtcp/report_builder.hpp"

#include <gtest/gtest.h>

namespace webcalling::media {
namespace {

constexpr Ssrc kOurs(1);
constexpr Ssrc kPeer(2);

class ReportBuilderTest : public ::testing::Test {
 protected:
  std::vector<RtcpPacket> report() {
    ByteVector bytes;
    builder_.write_report(bytes, received_, now_, wall());
    auto packets = parse_rtcp(bytes);
    EXPECT_TRUE(packets);
    return packets ? *packets : std::vector<RtcpPacket>{};
  }
  [[nodiscard]] WallTime wall() const {
    return WallTime(std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch()) + 1000h);
  }
  void send(int packets) {
    for (int i = 0; i < packets; ++i) builder_.note_sent(RtpTimestamp(timestamp_ += 160), 8000, 160, now_ += 20ms);
  }
  void receive_audio(int packets) {
    for (int i = 0; i < packets; ++i) {
      RtpHeader header;
      header.ssrc = kPeer;
      header.sequence = SequenceNumber(static_cast<std::uint16_t>(sequence_++));
      header.timestamp = RtpTimestamp(static_cast<std::uint32_t>(sequence_) * 160);
      received_.receive(header, 8000, now_ += 20ms);
    }
  }

  ReportBuilder builder_{kOurs, "name@host"};
  ReceiveStatistics received_;
  TimePoint now_{50s};
  std::uint32_t timestamp_ = 0;
  int sequence_ = 0;
};

TEST_F(ReportBuilderTest, WhoSentNothingReportsAsAReceiver) {
  const auto packets = report();
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_EQ(packets[0], RtcpPacket(ReceiverReport{kOurs, {}}));
  EXPECT_EQ(packets[1], RtcpPacket(SourceDescription{kOurs, "name@host"}));
}

TEST_F(ReportBuilderTest, CountsWhatItSent) {
  send(50);
  now_ += 10ms;
  const auto packets = report();
  const auto& sent = std::get<SenderReport>(packets.at(0));
  EXPECT_EQ(sent.packet_count, 50U);
  EXPECT_EQ(sent.octet_count, 8000U);
  EXPECT_EQ(sent.rtp_time, RtpTimestamp(50 * 160 + 80)) << "ten milliseconds after the last packet";
  EXPECT_EQ(sent.ntp_time, to_ntp(wall()));
}

TEST_F(ReportBuilderTest, StopsBeingASenderTwoReportsAfterTheLastPacket) {
  send(1);
  EXPECT_TRUE(std::holds_alternative<SenderReport>(report().at(0)));
  EXPECT_TRUE(std::holds_alternative<SenderReport>(report().at(0)));
  EXPECT_TRUE(std::holds_alternative<ReceiverReport>(report().at(0)));
  send(1);
  EXPECT_TRUE(std::holds_alternative<SenderReport>(report().at(0)));
}

TEST_F(ReportBuilderTest, ReportsTheStreamThatItReceives) {
  receive_audio(10);
  sequence_ += 9;
  receive_audio(1);
  const auto blocks = std::get<ReceiverReport>(report().at(0)).blocks;
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks[0].source, kPeer);
  EXPECT_EQ(blocks[0].cumulative_lost, 9);
  EXPECT_EQ(blocks[0].last_report, 0U) << "no sender report came yet";
}

TEST_F(ReportBuilderTest, TellsWhenTheLastSenderReportCame) {
  receive_audio(10);
  builder_.receive(SenderReport{.sender = kPeer, .ntp_time = 0x1111222233334444, .blocks = {}}, now_);
  now_ += 1500ms;
  const auto blocks = std::get<ReceiverReport>(report().at(0)).blocks;
  EXPECT_EQ(blocks.at(0).last_report, 0x22223333U);
  EXPECT_EQ(blocks.at(0).delay_since_last_report, 65536U * 3 / 2);
}

TEST_F(ReportBuilderTest, MeasuresTheRoundTrip) {
  send(1);
  const auto ours = std::get<SenderReport>(report().at(0));
  EXPECT_FALSE(builder_.round_trip());
  ReportBlock block{.source = kOurs, .last_report = ntp_middle(ours.ntp_time), .delay_since_last_report = 65536};
  builder_.receive(ReceiverReport{kPeer, {block}}, now_ + 1080ms);
  EXPECT_EQ(builder_.round_trip(), 80ms);
  ASSERT_TRUE(builder_.remote_view());
}

TEST_F(ReportBuilderTest, AnswerToAReportThatWeNeverSentTellsNothing) {
  send(1);
  (void)report();
  builder_.receive(ReceiverReport{kPeer, {{.source = kOurs, .last_report = 0xdeadbeef}}}, now_);
  EXPECT_FALSE(builder_.round_trip());
}

TEST_F(ReportBuilderTest, PeerThatClaimsTooLongADelayGivesNoNegativeRoundTrip) {
  send(1);
  const auto ours = std::get<SenderReport>(report().at(0));
  const ReportBlock block{
      .source = kOurs, .last_report = ntp_middle(ours.ntp_time), .delay_since_last_report = 0xffffffff};
  builder_.receive(ReceiverReport{kPeer, {block}}, now_ + 10ms);
  EXPECT_EQ(builder_.round_trip(), 0ms);
}

TEST_F(ReportBuilderTest, BlockAboutSomebodyElseIsIgnored) {
  builder_.receive(ReceiverReport{kPeer, {{.source = Ssrc(77), .fraction_lost = 255}}}, now_);
  EXPECT_FALSE(builder_.remote_view());
}

TEST_F(ReportBuilderTest, GoodbyeFollowsTheLastReport) {
  send(1);
  ByteVector bytes;
  builder_.write_goodbye(bytes, received_, now_, wall());
  const auto packets = parse_rtcp(bytes);
  ASSERT_TRUE(packets);
  ASSERT_EQ(packets->size(), 3U);
  EXPECT_EQ(packets->at(2), RtcpPacket(Goodbye{{kOurs}, ""}));
}

TEST_F(ReportBuilderTest, WhoHasSaidNothingSaysNoGoodbye) {
  receive_audio(10);
  ByteVector bytes;
  builder_.write_goodbye(bytes, received_, now_, wall());
  EXPECT_TRUE(bytes.empty());
  report();
  builder_.write_goodbye(bytes, received_, now_, wall());
  EXPECT_FALSE(bytes.empty()) << "a report is something as well";
}

TEST(ReportDelay, LiesAroundFiveSeconds) {
  SeededRandom random(3);
  for (int i = 0; i < 1000; ++i) {
    const Duration delay = report_delay(random);
    EXPECT_GE(delay, 2500ms);
    EXPECT_LE(delay, 7500ms);
  }
}

}  // namespace
}  // namespace webcalling::media
