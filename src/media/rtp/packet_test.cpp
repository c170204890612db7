#include "media/rtp/packet.hpp"

#include <gtest/gtest.h>

#include "media/rtp/hex_for_tests.hpp"

namespace webcalling::media {
namespace {

/// Opus of baresip 1.0 after its first packets.
const ByteVector kOpus = from_hex("80601d9f 0000bcae ef71bdc3 fcfe2438995a18ece4");
/// The first packet of a digit by the same phone: marker set, payload type 101.
const ByteVector kDigit = from_hex("80e52041 000a9c2e ef71bdc3 050a03c0");
/// As Chromium sends audio: one-byte header extensions (level, mid).
const ByteVector kWithExtension = from_hex("906f0001 00000064 12345678 bede0002 10ffa2310000 0000 78aabb");

RtpHeader header_of_ours() {
  return {.marker = true,
          .payload_type = PayloadType(8),
          .sequence = SequenceNumber(0xfffe),
          .timestamp = RtpTimestamp(0x01020304),
          .ssrc = Ssrc(0xa1b2c3d4)};
}

TEST(RtpPacket, ReadsWhatARealPhoneSent) {
  const auto packet = RtpPacket::parse(kOpus);
  ASSERT_TRUE(packet) << packet.error().text;
  EXPECT_FALSE(packet->header().marker);
  EXPECT_EQ(packet->header().payload_type, PayloadType(96));
  EXPECT_EQ(packet->header().sequence, SequenceNumber(0x1d9f));
  EXPECT_EQ(packet->header().timestamp, RtpTimestamp(0xbcae));
  EXPECT_EQ(packet->header().ssrc, Ssrc(0xef71bdc3));
  EXPECT_EQ(packet->payload().size(), 9U);
  EXPECT_EQ(packet->payload().front(), 0xfc);
  EXPECT_FALSE(packet->extension());
}

TEST(RtpPacket, ReadsMarkerApartFromPayloadType) {
  const auto packet = RtpPacket::parse(kDigit);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->header().marker);
  EXPECT_EQ(packet->header().payload_type, PayloadType(101));
}

TEST(RtpPacket, FindsThePayloadBehindAnExtension) {
  const auto packet = RtpPacket::parse(kWithExtension);
  ASSERT_TRUE(packet) << packet.error().text;
  ASSERT_TRUE(packet->extension());
  EXPECT_EQ(packet->extension()->profile, 0xbede);
  EXPECT_EQ(packet->extension()->content.size(), 8U);
  EXPECT_EQ(packet->payload().size(), 3U);
  EXPECT_EQ(packet->payload().front(), 0x78);
}

TEST(RtpPacket, FindsThePayloadBehindContributors) {
  const ByteVector bytes = from_hex("82000001 00000064 12345678 00000001 00000002 ff");
  const auto packet = RtpPacket::parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->csrc_count(), 2U);
  ASSERT_EQ(packet->payload().size(), 1U);
  EXPECT_EQ(packet->payload().front(), 0xff);
}

TEST(RtpPacket, LeavesPaddingOut) {
  const ByteVector bytes = from_hex("a0000001 00000064 12345678 aabb0003");
  const auto padded = RtpPacket::parse(bytes);
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->payload().size(), 1U);
  const ByteVector no_payload = from_hex("a0000001 00000064 12345678 00000004");
  const auto only_padding = RtpPacket::parse(no_payload);
  ASSERT_TRUE(only_padding);
  EXPECT_TRUE(only_padding->payload().empty());
}

TEST(RtpPacket, RefusesWhatDoesNotFitIntoTheDatagram) {
  EXPECT_FALSE(RtpPacket::parse({})) << "nothing";
  EXPECT_FALSE(RtpPacket::parse(from_hex("80c90000"))) << "the four bytes of RTCP Bleed";
  EXPECT_FALSE(RtpPacket::parse(Bytes(kOpus).first(11))) << "half a header";
  EXPECT_FALSE(RtpPacket::parse(from_hex("40601d9f 0000bcae ef71bdc3"))) << "version 1";
  EXPECT_FALSE(RtpPacket::parse(from_hex("8f000001 00000064 12345678 00000001"))) << "15 contributors promised";
  EXPECT_FALSE(RtpPacket::parse(from_hex("90000001 00000064 12345678"))) << "no extension header";
  EXPECT_FALSE(RtpPacket::parse(from_hex("90000001 00000064 12345678 bedeffff 00"))) << "extension of 262 kB";
  EXPECT_FALSE(RtpPacket::parse(from_hex("a0000001 00000064 12345678 aabb0005"))) << "padding longer than payload";
  EXPECT_FALSE(RtpPacket::parse(from_hex("a0000001 00000064 12345678 aabb0000"))) << "padding of zero";
  EXPECT_FALSE(RtpPacket::parse(from_hex("a0000001 00000064 12345678"))) << "padding in no payload";
}

TEST(RtpPacket, EveryTruncationOfAPacketIsHandled) {
  for (std::size_t size = 0; size < kWithExtension.size(); ++size) {
    const auto packet = RtpPacket::parse(Bytes(kWithExtension).first(size));
    EXPECT_EQ(packet.has_value(), size >= 24) << size;
  }
}

TEST(RtpPacket, ReadsBackTheHeaderThatWasWritten) {
  ByteVector bytes(RtpHeader::kSize);
  write_header(bytes, header_of_ours());
  const auto packet = RtpPacket::parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header(), header_of_ours());
  EXPECT_TRUE(packet->payload().empty());
}

TEST(RtpPacket, PatchKeepsExtensionAndPayload) {
  ByteVector bytes = kWithExtension;
  patch_header(bytes, header_of_ours());
  const auto packet = RtpPacket::parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header(), header_of_ours());
  EXPECT_TRUE(packet->extension());
  EXPECT_EQ(packet->payload().size(), 3U);
}

TEST(RtpPacket, RewrapKeepsNothingButThePayload) {
  ByteVector bytes = from_hex("b1000001 00000064 12345678 00000001 bede0001 10ff0000 78aabb 0002");
  const auto received = RtpPacket::parse(bytes);
  ASSERT_TRUE(received) << received.error().text;
  const MutableBytes ours = rewrap(bytes, *received, header_of_ours());
  const auto packet = RtpPacket::parse(ours);
  ASSERT_TRUE(packet);
  EXPECT_EQ(ours.size(), 15U);
  EXPECT_EQ(packet->header(), header_of_ours());
  EXPECT_EQ(ByteVector(packet->payload().begin(), packet->payload().end()), from_hex("78aabb"));
}

TEST(IsRtcp, TellsReportsFromAudioOnOnePort) {
  EXPECT_TRUE(is_rtcp(from_hex("81c8000c7fb815e5")));
  EXPECT_TRUE(is_rtcp(from_hex("80cc0003"))) << "application packet";
  EXPECT_TRUE(is_rtcp(from_hex("8fcd0003"))) << "feedback";
  EXPECT_FALSE(is_rtcp(kOpus));
  EXPECT_FALSE(is_rtcp(kDigit));
  EXPECT_FALSE(is_rtcp(from_hex("80ef0001"))) << "Chromium's Opus, payload type 111 with marker";
  EXPECT_FALSE(is_rtcp(from_hex("16fe"))) << "DTLS";
  EXPECT_FALSE(is_rtcp(from_hex("81")));
  EXPECT_FALSE(is_rtcp({}));
}

}  // namespace
}  // namespace webcalling::media
