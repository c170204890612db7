#include "media/rtcp/packet.hpp"

#include <gtest/gtest.h>

#include "media/rtp/hex_for_tests.hpp"

namespace webcalling::media {
namespace {

/// What baresip 1.0 sends every five seconds, and at the end of a call.
const ByteVector kReport = from_hex(
    "81c8000c 7fb815e5 eeaeeb3e 06b3dd11 00043728 000000fa 0000f3a4"
    "ef71bdc3 00000000 00001e67 00000030 00000000 00000000"
    "81ca0007 7fb815e5 01157369703a62403132372e302e302e313a3137303831 00");
const ByteVector kGoodbye = from_hex(
    "81cb0003 7fb815e5 0441646a6f000000"
    "81ca0007 7fb815e5 01157369703a62403132372e302e302e313a3137303831 00");
const ByteVector kPing = from_hex("80cc0003 7fb815e5 50494e47 504f4e47");

TEST(Rtcp, ReadsWhatARealPhoneReports) {
  const auto packets = parse_rtcp(kReport);
  ASSERT_TRUE(packets) << packets.error().text;
  ASSERT_EQ(packets->size(), 2U);
  SenderReport expected;
  expected.sender = Ssrc(0x7fb815e5);
  expected.ntp_time = 0xeeaeeb3e06b3dd11;
  expected.rtp_time = RtpTimestamp(0x00043728);
  expected.packet_count = 250;
  expected.octet_count = 0xf3a4;
  expected.blocks.push_back({.source = Ssrc(0xef71bdc3), .extended_highest_sequence = 0x1e67, .jitter = 0x30});
  EXPECT_EQ(std::get<SenderReport>(packets->at(0)), expected);
  EXPECT_EQ(std::get<SourceDescription>(packets->at(1)),
            (SourceDescription{Ssrc(0x7fb815e5), "sip:b@127.0.0.1:17081"}));
}

TEST(Rtcp, ReadsAGoodbyeWithItsReason) {
  const auto packets = parse_rtcp(kGoodbye);
  ASSERT_TRUE(packets) << packets.error().text;
  EXPECT_EQ(std::get<Goodbye>(packets->at(0)), (Goodbye{{Ssrc(0x7fb815e5)}, "Adjo"}));
}

TEST(Rtcp, StepsOverWhatItDoesNotActOn) {
  EXPECT_EQ(parse_rtcp(kPing)->at(0), RtcpPacket(OtherRtcp{204, 0}));
  // A NACK and an extended report, the latter of a kind that does not exist.
  const auto packets = parse_rtcp(from_hex("81cd0003 00000001 00000002 00070000 80cf0002 00000001 ff000000"));
  ASSERT_TRUE(packets) << packets.error().text;
  ASSERT_EQ(packets->size(), 2U);
  EXPECT_EQ(packets->at(0), RtcpPacket(OtherRtcp{205, 1}));
  EXPECT_EQ(packets->at(1), RtcpPacket(OtherRtcp{207, 0}));
}

TEST(Rtcp, ReadsASinglePacketOfReducedSize) {
  EXPECT_TRUE(
      parse_rtcp(from_hex("81c90007 00000001 00000002 00ffffff "
                          "00000000 00000000 00000000 00000000")));
}

TEST(Rtcp, ReadsNegativeLoss) {
  const auto packets = parse_rtcp(from_hex("81c90007 00000001 00000002 00fffffe 00000000 00000000 00000000 00000000"));
  ASSERT_TRUE(packets);
  EXPECT_EQ(std::get<ReceiverReport>(packets->at(0)).blocks.at(0).cumulative_lost, -2);
}

TEST(Rtcp, RefusesWhatDoesNotFitIntoTheDatagram) {
  EXPECT_FALSE(parse_rtcp({})) << "nothing";
  EXPECT_FALSE(parse_rtcp(from_hex("81c9"))) << "half a header";
  EXPECT_FALSE(parse_rtcp(from_hex("81c90000"))) << "the four bytes of RTCP Bleed";
  EXPECT_FALSE(parse_rtcp(from_hex("80c80000"))) << "a sender report without sender";
  EXPECT_FALSE(parse_rtcp(from_hex("41c90001 00000001"))) << "version 1";
  EXPECT_FALSE(parse_rtcp(from_hex("81cdffff 00000001 00000002 00070000"))) << "a NACK longer than its datagram";
  EXPECT_FALSE(parse_rtcp(from_hex("9fc90001 00000001"))) << "31 blocks promised";
  EXPECT_FALSE(parse_rtcp(from_hex("9fcb0001 00000001"))) << "31 sources promised";
  EXPECT_FALSE(parse_rtcp(from_hex("81cb0002 00000001 ff414141"))) << "a reason of 255 bytes";
  EXPECT_FALSE(parse_rtcp(from_hex("81ca0002 00000001 01ff4141"))) << "a name of 255 bytes";
  EXPECT_FALSE(parse_rtcp(from_hex("81ca0002 00000001 01024141"))) << "items without an end";
  EXPECT_FALSE(parse_rtcp(from_hex("a1cb0001 00000001 80cb0000"))) << "padding before the last packet";
  EXPECT_FALSE(parse_rtcp(from_hex("a0c90001 000000ff"))) << "padding longer than the packet";
  EXPECT_FALSE(parse_rtcp(from_hex("a0cb0000"))) << "padding in nothing";
}

TEST(Rtcp, LeavesPaddingOut) {
  const auto packets = parse_rtcp(from_hex("a1cb0002 00000001 00000004"));
  ASSERT_TRUE(packets) << packets.error().text;
  EXPECT_EQ(std::get<Goodbye>(packets->at(0)), (Goodbye{{Ssrc(1)}, ""}));
}

TEST(Rtcp, EveryTruncationOfACompoundIsHandled) {
  for (std::size_t size = 0; size < kReport.size(); ++size) {
    const bool ends_with_first_packet = size == 52;
    EXPECT_EQ(parse_rtcp(Bytes(kReport).first(size)).has_value(), ends_with_first_packet) << size;
  }
}

TEST(Rtcp, ReadsBackWhatItWrote) {
  const ReportBlock block{.source = Ssrc(2),
                          .fraction_lost = 64,
                          .cumulative_lost = -5,
                          .extended_highest_sequence = 0x10007,
                          .jitter = 33,
                          .last_report = 0x01020304,
                          .delay_since_last_report = 65536};
  const SenderReport sender_report{Ssrc(1), 0x123456789abcdef0, RtpTimestamp(99), 10, 1600, {block, block}};
  const ReceiverReport receiver_report{Ssrc(1), {block}};
  const Goodbye goodbye{{Ssrc(1), Ssrc(3)}, "bye"};
  std::vector<RtcpPacket> all{sender_report, receiver_report, goodbye, Goodbye{{Ssrc(9)}, ""}};
  for (std::size_t length = 0; length < 9; ++length)
    all.push_back(SourceDescription{Ssrc(1), std::string(length, 'x')});
  ByteVector bytes;
  for (const RtcpPacket& packet : all) {
    std::visit(
        [&](const auto& typed) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(typed)>, OtherRtcp>) write_rtcp(bytes, typed);
        },
        packet);
  }
  const auto parsed = parse_rtcp(bytes);
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(*parsed, all);
}

TEST(Rtcp, CutsWhatDoesNotFitIntoItsFields) {
  ByteVector bytes;
  write_rtcp(bytes, SourceDescription{Ssrc(1), std::string(300, 'x')});
  write_rtcp(bytes, ReceiverReport{Ssrc(1), std::vector<ReportBlock>(40)});
  write_rtcp(bytes, Goodbye{std::vector<Ssrc>(40), std::string(300, 'y')});
  const auto parsed = parse_rtcp(bytes);
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(std::get<SourceDescription>(parsed->at(0)).cname.size(), 255U);
  EXPECT_EQ(std::get<ReceiverReport>(parsed->at(1)).blocks.size(), 31U);
  EXPECT_EQ(std::get<Goodbye>(parsed->at(2)).sources.size(), 31U);
}

TEST(Ntp, CountsFrom1900) {
  using namespace std::chrono;
  // The instant of RFC 3550's own example, section 6.4.1 figure 2: 10 November 1995 11:33:25.125 UTC.
  const WallTime time = sys_days{1995y / November / 10} + 11h + 33min + 25s + 125ms;
  EXPECT_EQ(to_ntp(time), 0xb44db705'20000000U);
  EXPECT_EQ(ntp_middle(to_ntp(time)), 0xb7052000U);
}

}  // namespace
}  // namespace webcalling::media
