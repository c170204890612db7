#include "media/rtp/telephone_event_relay.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "media/rtp/hex_for_tests.hpp"

namespace webcalling::media {
namespace {

constexpr RtpTimestamp kNow(90000);

/// Key 5 pressed for 180 ms at baresip 1.0 with Opus: audio goes on between the packets of the event.
const std::vector<ByteVector> kDigitAt48k{
    from_hex("80e52041 000a9c2e ef71bdc3 050a03c0"), from_hex("80652043 000a9c2e ef71bdc3 050a0780"),
    from_hex("80652045 000a9c2e ef71bdc3 050a0b40"), from_hex("80652047 000a9c2e ef71bdc3 050a0f00"),
    from_hex("80652049 000a9c2e ef71bdc3 050a12c0"), from_hex("8065204b 000a9c2e ef71bdc3 050a1680"),
    from_hex("8065204d 000a9c2e ef71bdc3 050a1a40"), from_hex("8065204f 000a9c2e ef71bdc3 050a1e00"),
    from_hex("80652051 000a9c2e ef71bdc3 050a21c0"), from_hex("80652053 000a9c2e ef71bdc3 058a21c0"),
    from_hex("80652055 000a9c2e ef71bdc3 058a21c0"), from_hex("80652057 000a9c2e ef71bdc3 058a21c0")};

RtpHeader header(int sequence, std::uint32_t timestamp, bool marker = false) {
  RtpHeader header;
  header.marker = marker;
  header.sequence = SequenceNumber(static_cast<std::uint16_t>(sequence));
  header.timestamp = RtpTimestamp(timestamp);
  header.ssrc = Ssrc(1);
  return header;
}

TEST(TelephoneEventRelay, CarriesARealDigitFrom48kTo8k) {
  TelephoneEventRelay relay(48000, 8000);
  std::vector<TelephoneEventPacket> out;
  for (const ByteVector& bytes : kDigitAt48k) {
    const auto packet = RtpPacket::parse(bytes);
    const auto relayed =
        relay.receive(packet->header(), packet->payload(), kNow + static_cast<std::uint32_t>(out.size()));
    ASSERT_TRUE(relayed);
    out.push_back(*relayed);
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i].timestamp, kNow) << "the start of the event in every packet";
    EXPECT_EQ(out[i].marker, i == 0);
    EXPECT_EQ(out[i].event.event, 5);
    EXPECT_EQ(out[i].event.end, i >= 9);
    EXPECT_EQ(out[i].event.duration, i < 9 ? 160 * (i + 1) : 1440);
  }
}

TEST(TelephoneEventRelay, CarriesADigitFrom8kTo48k) {
  TelephoneEventRelay relay(8000, 48000);
  const auto first = relay.receive(header(1, 800, true), from_hex("0b0a00a0"), kNow);
  const auto end = relay.receive(header(2, 800), from_hex("0b8a0320"), kNow + 777);
  ASSERT_TRUE(first && end);
  EXPECT_TRUE(first->marker);
  EXPECT_EQ(first->event.duration, 960);
  EXPECT_EQ(end->timestamp, kNow);
  EXPECT_EQ(end->event.duration, 4800);
  EXPECT_TRUE(end->event.end);
  EXPECT_FALSE(end->marker);
}

TEST(TelephoneEventRelay, MarksTheFirstPacketThatArrivesWhenTheBeginningWasLost) {
  TelephoneEventRelay relay(48000, 8000);
  const auto packet = relay.receive(header(4, 800), from_hex("010a1680"), kNow);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->timestamp, kNow);
}

TEST(TelephoneEventRelay, SameKeyTwiceIsTwoEvents) {
  TelephoneEventRelay relay(8000, 48000);
  (void)relay.receive(header(1, 800, true), from_hex("010a00a0"), kNow);
  const auto second = relay.receive(header(9, 4000, true), from_hex("010a00a0"), kNow + 9600);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->marker);
  EXPECT_EQ(second->timestamp, kNow + 9600);
}

TEST(TelephoneEventRelay, LateEndOfAnEarlierEventIsDropped) {
  TelephoneEventRelay relay(8000, 48000);
  (void)relay.receive(header(1, 800, true), from_hex("010a00a0"), kNow);
  (void)relay.receive(header(9, 4000, true), from_hex("020a00a0"), kNow + 9600);
  EXPECT_FALSE(relay.receive(header(8, 800), from_hex("018a0320"), kNow + 9700));
  const auto goes_on = relay.receive(header(10, 4000), from_hex("020a0140"), kNow + 9800);
  ASSERT_TRUE(goes_on);
  EXPECT_FALSE(goes_on->marker);
}

TEST(TelephoneEventRelay, KeyHeldTooLongForTheFasterClockIsCutIntoSegments) {
  TelephoneEventRelay relay(8000, 48000);
  (void)relay.receive(header(1, 0, true), from_hex("010a00a0"), kNow);
  // 1.5 s: 12000 ticks at 8 kHz, 72000 at 48 kHz.
  const auto packet = relay.receive(header(2, 0), from_hex("010a2ee0"), kNow + 72000);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->timestamp, kNow + 0xffff);
  EXPECT_EQ(packet->event.duration, 72000 - 0xffff);
  EXPECT_FALSE(packet->marker);
}

TEST(TelephoneEventRelay, SegmentsAreJoinedWhereTheyFit) {
  TelephoneEventRelay relay(48000, 8000);
  (void)relay.receive(header(1, 5000, true), from_hex("010affff"), kNow);
  const auto packet = relay.receive(header(2, 5000 + 0xffff), from_hex("018a1771"), kNow + 12000);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->timestamp, kNow);
  EXPECT_EQ(packet->event.duration, (0xffff + 0x1771) / 6);
  EXPECT_FALSE(packet->marker);
}

TEST(TelephoneEventRelay, MalformedPacketIsDropped) {
  TelephoneEventRelay relay(48000, 8000);
  EXPECT_FALSE(relay.receive(header(1, 0), from_hex("01"), kNow));
}

TEST(TelephoneEventRelay, EventIsNotLateBecauseTheSequenceHasComeRound) {
  TelephoneEventRelay relay(8000, 8000);
  const TelephoneEvent event{.event = 1, .duration = 160};
  ASSERT_TRUE(relay.receive(header(1000, 800, true), event.write(), kNow));
  const std::uint32_t much_later = 65536 - 50;
  EXPECT_TRUE(relay.receive(header(1000 + 65536 - 50, 800 + 160 * much_later, true), event.write(), kNow + much_later));
}

}  // namespace
}  // namespace webcalling::media
