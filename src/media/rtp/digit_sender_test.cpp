#include "media/rtp/digit_sender.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace webcalling::media {
namespace {

std::vector<TelephoneEventPacket> all_packets(DigitSender& sender) {
  std::vector<TelephoneEventPacket> packets;
  while (const auto packet = sender.next()) packets.push_back(*packet);
  return packets;
}

TEST(DigitSender, SendsGrowingDurationsAndTheEndThreeTimes) {
  DigitSender sender(8000);
  ASSERT_TRUE(sender.start('#', RtpTimestamp(4711), 100ms));
  const auto packets = all_packets(sender);
  ASSERT_EQ(packets.size(), 7U);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].timestamp, RtpTimestamp(4711));
    EXPECT_EQ(packets[i].marker, i == 0);
    EXPECT_EQ(packets[i].event.event, 11);
    EXPECT_EQ(packets[i].event.duration, std::min<std::size_t>(160 * (i + 1), 800));
    EXPECT_EQ(packets[i].event.end, i >= 4);
  }
  EXPECT_FALSE(sender.busy());
}

TEST(DigitSender, CountsInTheClockOfTheStream) {
  DigitSender sender(48000);
  ASSERT_TRUE(sender.start('1', RtpTimestamp(0), 50ms));
  const auto packets = all_packets(sender);
  EXPECT_EQ(packets.front().event.duration, 960);
  EXPECT_EQ(packets.back().event.duration, 2400);
}

TEST(DigitSender, IsSilentUntilStarted) {
  DigitSender sender(8000);
  EXPECT_FALSE(sender.busy());
  EXPECT_FALSE(sender.next());
}

TEST(DigitSender, RefusesWhatIsNoDigitOrDoesNotFit) {
  DigitSender sender(48000);
  EXPECT_FALSE(sender.start('x', RtpTimestamp(0)));
  EXPECT_FALSE(sender.start('1', RtpTimestamp(0), 10ms));
  EXPECT_FALSE(sender.start('1', RtpTimestamp(0), 2s)) << "96000 ticks";
  EXPECT_FALSE(sender.busy());
}

}  // namespace
}  // namespace webcalling::media
