#include "media/srtp/srtp_session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace webcalling::media::srtp {
namespace {

constexpr std::size_t kBufferLength = 256;

MasterKey key_for(Profile profile) {
  MasterKey key;
  key.profile = profile;
  for (std::size_t i = 0; i < key.key.size(); ++i) key.key[i] = static_cast<std::uint8_t>(i + 1);
  for (std::size_t i = 0; i < salt_length(profile); ++i) key.salt[i] = static_cast<std::uint8_t>(0x80 + i);
  return key;
}

struct Packet {
  ByteVector buffer = ByteVector(kBufferLength);
  std::size_t length = 0;

  explicit Packet(const ByteVector& content) : length(content.size()) { std::ranges::copy(content, buffer.begin()); }
  [[nodiscard]] ByteVector content() const {
    return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(length)};
  }
};

ByteVector rtp(std::uint16_t sequence, std::uint32_t ssrc = 0xCAFE, std::string_view payload = "twenty ms of sound") {
  ByteVector packet;
  ByteWriter(packet).u8(0x80).u8(111).u16(sequence).u32(sequence * 960U).u32(ssrc).bytes(as_bytes(payload));
  return packet;
}

ByteVector receiver_report() {
  ByteVector packet;
  ByteWriter(packet).u8(0x80).u8(201).u16(1).u32(0xCAFE);
  return packet;
}

class SrtpSessionTest : public ::testing::TestWithParam<Profile> {
 protected:
  Packet sent(const ByteVector& plain) {
    Packet packet(plain);
    const auto length = sender_.protect(packet.buffer, packet.length);
    EXPECT_TRUE(length) << describe(length.error());
    packet.length = length.value_or(0);
    return packet;
  }
  PacketResult receive(Packet& packet) {
    const auto length = receiver_.unprotect(packet.buffer, packet.length);
    if (length) packet.length = *length;
    return length;
  }
  bool arrives(std::uint16_t sequence, std::uint32_t ssrc = 0xCAFE) {
    Packet packet = sent(rtp(sequence, ssrc));
    return receive(packet) && packet.content() == rtp(sequence, ssrc);
  }

  SrtpSession sender_ = *SrtpSession::create(key_for(GetParam()), SrtpSession::Direction::Send);
  SrtpSession receiver_ = *SrtpSession::create(key_for(GetParam()), SrtpSession::Direction::Receive);
};

INSTANTIATE_TEST_SUITE_P(Profiles, SrtpSessionTest,
                         ::testing::Values(Profile::AeadAes128Gcm, Profile::Aes128CmSha1_80, Profile::Aes128CmSha1_32),
                         [](const auto& info) { return std::string(name(info.param)); });

// RFC 4568 §6.2.2, RFC 7714 §14.2
TEST_P(SrtpSessionTest, TagHasTheLengthOfItsProfileAndRtcpNeverTheShortOne) {
  const bool gcm = GetParam() == Profile::AeadAes128Gcm;
  const bool is_short = GetParam() == Profile::Aes128CmSha1_32;
  EXPECT_EQ(sent(rtp(1)).length - rtp(1).size(), gcm ? 16U : is_short ? 4U : 10U);
  Packet report(receiver_report());
  const auto length = sender_.protect_rtcp(report.buffer, report.length);
  EXPECT_EQ(length.value() - receiver_report().size(), 4U + (gcm ? 16U : 10U));
}

TEST_P(SrtpSessionTest, PacketComesBackAsItWasSent) {
  Packet packet = sent(rtp(1));
  EXPECT_GT(packet.length, rtp(1).size());
  EXPECT_LE(packet.length, rtp(1).size() + SrtpSession::kMaxExpansion);
  EXPECT_EQ(as_text(packet.buffer).find("sound"), std::string_view::npos);
  ASSERT_TRUE(receive(packet));
  EXPECT_EQ(packet.content(), rtp(1));
}

TEST_P(SrtpSessionTest, RtcpComesBackAsItWasSentAndIsNotReplayed) {
  Packet packet(receiver_report());
  packet.length = sender_.protect_rtcp(packet.buffer, packet.length).value_or(0);
  Packet again = packet;
  ASSERT_EQ(receiver_.unprotect_rtcp(packet.buffer, packet.length), receiver_report().size());
  packet.length = receiver_report().size();
  EXPECT_EQ(packet.content(), receiver_report());
  EXPECT_EQ(receiver_.unprotect_rtcp(again.buffer, again.length).error(), Refusal::Replay);
}

TEST_P(SrtpSessionTest, ReplayIsRefused) {
  Packet packet = sent(rtp(1));
  Packet again = packet;
  ASSERT_TRUE(receive(packet));
  EXPECT_EQ(receive(again).error(), Refusal::Replay);
}

TEST_P(SrtpSessionTest, SameSequenceNumberIsNotSentTwice) {
  sent(rtp(1));
  Packet again(rtp(1, 0xCAFE, "other sound, same nonce"));
  EXPECT_EQ(sender_.protect(again.buffer, again.length).error(), Refusal::Replay);
}

TEST_P(SrtpSessionTest, AnyChangedByteIsRefusedAndDoesNoHarm) {
  const Packet packet = sent(rtp(1));
  for (std::size_t at = 0; at < packet.length; ++at) {
    Packet changed = packet;
    changed.buffer[at] ^= 0x04;
    EXPECT_FALSE(receive(changed)) << "byte " << at;
  }
  Packet untouched = packet;
  EXPECT_TRUE(receive(untouched));
}

// Also the flag that says that the packet is encrypted.
TEST_P(SrtpSessionTest, AnyChangedByteOfRtcpIsRefusedAndDoesNoHarm) {
  Packet packet(receiver_report());
  packet.length = sender_.protect_rtcp(packet.buffer, packet.length).value_or(0);
  for (std::size_t at = 0; at < packet.length; ++at) {
    for (const std::uint8_t bit : {std::uint8_t{0x01}, std::uint8_t{0x80}}) {
      Packet changed = packet;
      changed.buffer[at] ^= bit;
      EXPECT_FALSE(receiver_.unprotect_rtcp(changed.buffer, changed.length)) << "byte " << at;
    }
  }
  EXPECT_TRUE(receiver_.unprotect_rtcp(packet.buffer, packet.length));
}

TEST_P(SrtpSessionTest, OtherKeyIsAnAuthenticationFailure) {
  MasterKey other = key_for(GetParam());
  other.key[0] ^= 1;
  auto stranger = *SrtpSession::create(other, SrtpSession::Direction::Send);
  Packet packet(rtp(1));
  packet.length = stranger.protect(packet.buffer, packet.length).value_or(0);
  EXPECT_EQ(receive(packet).error(), Refusal::AuthenticationFailed);
}

TEST_P(SrtpSessionTest, EveryTruncationIsRefused) {
  const Packet packet = sent(rtp(1));
  for (std::size_t length = 0; length < packet.length; ++length) {
    // An exact copy, so that the address sanitizer sees a read past the end.
    ByteVector part(packet.buffer.begin(), packet.buffer.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_FALSE(receiver_.unprotect(part, part.size())) << length;
    EXPECT_FALSE(receiver_.unprotect_rtcp(part, part.size())) << length;
  }
}

TEST_P(SrtpSessionTest, HeaderThatPromisesMoreThanThereIsIsRefused) {
  ByteVector packet(12 + 16, 0);
  packet[0] = 0x9F;  // an extension and 15 contributing sources
  EXPECT_EQ(receiver_.unprotect(packet, packet.size()).error(), Refusal::Malformed);
  ByteVector plain(12 + SrtpSession::kMaxExpansion, 0);
  plain[0] = 0x9F;
  EXPECT_EQ(sender_.protect(plain, 12).error(), Refusal::Malformed);
}

TEST_P(SrtpSessionTest, BufferWithoutRoomForTheTagIsRefused) {
  ByteVector exact = rtp(1);
  EXPECT_EQ(sender_.protect(exact, exact.size()).error(), Refusal::NoRoom);
  ByteVector report = receiver_report();
  EXPECT_EQ(sender_.protect_rtcp(report, report.size()).error(), Refusal::NoRoom);
  EXPECT_EQ(sender_.protect(exact, 11).error(), Refusal::Malformed);
  EXPECT_EQ(receiver_.unprotect(exact, exact.size() + 1).error(), Refusal::Malformed);
}

TEST_P(SrtpSessionTest, ReorderedPacketsOfAWholeWindowArrive) {
  std::vector<Packet> packets;
  for (std::uint16_t sequence = 0; sequence < 1000; ++sequence) packets.push_back(sent(rtp(sequence)));
  for (auto packet = packets.rbegin(); packet != packets.rend(); ++packet) EXPECT_TRUE(receive(*packet));
}

TEST_P(SrtpSessionTest, CallResumesAfterAHoldBeyond65536Packets) {
  std::uint16_t sequence = 65000;
  for (int i = 0; i < 70'000; ++i) ASSERT_TRUE(arrives(sequence++)) << "packet " << i;
  // On hold only another source speaks (music), with its own rollover counter.
  for (std::uint16_t i = 0; i < 1000; ++i) ASSERT_TRUE(arrives(i, 0xBEEF));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(arrives(sequence++)) << "after the hold, packet " << i;
}

TEST_P(SrtpSessionTest, LossAcrossTheWrapDoesNotLoseTheRolloverCounter) {
  ASSERT_TRUE(arrives(65530));
  for (int i = 65531; i <= 65535; ++i) sent(rtp(static_cast<std::uint16_t>(i)));
  for (std::uint16_t i = 0; i < 10; ++i) sent(rtp(i));
  EXPECT_TRUE(arrives(10));
}

TEST_P(SrtpSessionTest, EndlessNewSourcesDoNotEndTheCall) {
  for (std::uint32_t ssrc = 1; ssrc <= 10 * SrtpSession::kMaxStreams; ++ssrc) {
    ASSERT_TRUE(arrives(7, ssrc)) << ssrc;
    ASSERT_TRUE(arrives(static_cast<std::uint16_t>(ssrc))) << "the steady source keeps its place";
  }
}

TEST_P(SrtpSessionTest, MovedSessionGoesOn) {
  ASSERT_TRUE(arrives(1));
  SrtpSession moved = std::move(receiver_);
  Packet packet = sent(rtp(2));
  EXPECT_TRUE(moved.unprotect(packet.buffer, packet.length));
}

}  // namespace
}  // namespace webcalling::media::srtp
