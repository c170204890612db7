#include <gtest/gtest.h>

#include "media/rtp/types.hpp"

namespace webcalling::media {
namespace {

TEST(SequenceNumber, GoesOnAfterTheWrap) {
  EXPECT_EQ(SequenceNumber(0xffff) + 1, SequenceNumber(0));
  EXPECT_TRUE(SequenceNumber(3).is_after(SequenceNumber(0xfffe)));
  EXPECT_FALSE(SequenceNumber(0xfffe).is_after(SequenceNumber(3)));
  EXPECT_EQ(SequenceNumber(3) - SequenceNumber(0xfffe), 5);
  EXPECT_EQ(SequenceNumber(0xfffe) - SequenceNumber(3), -5);
}

TEST(SequenceNumber, IsNotAfterItself) { EXPECT_FALSE(SequenceNumber(7).is_after(SequenceNumber(7))); }

TEST(SequenceNumber, HalfTheCircleIsBehind) {
  EXPECT_FALSE(SequenceNumber(0x8000).is_after(SequenceNumber(0)));
  EXPECT_TRUE(SequenceNumber(0x7fff).is_after(SequenceNumber(0)));
}

TEST(RtpTimestamp, GoesOnAfterTheWrap) {
  EXPECT_EQ(RtpTimestamp(100) - RtpTimestamp(0xffffff9c), 200);
  EXPECT_TRUE(RtpTimestamp(100).is_after(RtpTimestamp(0xffffff9c)));
}

TEST(Ticks, CountTheClock) {
  EXPECT_EQ(to_ticks(20ms, 48000), 960U);
  EXPECT_EQ(to_ticks(20ms, 8000), 160U);
  EXPECT_EQ(to_ticks(0ms, 8000), 0U);
}

TEST(Ticks, OfAWeekWrapInsteadOfOverflowing) {
  const std::uint64_t week = 7ULL * 24 * 3600 * 48000;
  EXPECT_EQ(to_ticks(std::chrono::hours(7 * 24), 48000), static_cast<std::uint32_t>(week));
}

}  // namespace
}  // namespace webcalling::media
