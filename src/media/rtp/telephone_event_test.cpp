#include "media/rtp/telephone_event.hpp"

#include <gtest/gtest.h>

#include "media/rtp/hex_for_tests.hpp"

namespace webcalling::media {
namespace {

TEST(TelephoneEvent, ReadsWhatARealPhoneSent) {
  const auto running = TelephoneEvent::parse(from_hex("050a1680"));
  ASSERT_TRUE(running);
  EXPECT_EQ(*running, (TelephoneEvent{.event = 5, .end = false, .volume = 10, .duration = 0x1680}));
  const auto ended = TelephoneEvent::parse(from_hex("058a21c0"));
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, (TelephoneEvent{.event = 5, .end = true, .volume = 10, .duration = 0x21c0}));
}

TEST(TelephoneEvent, ReadsBackWhatItWrote) {
  const TelephoneEvent event{.event = 11, .end = true, .volume = 63, .duration = 0xffff};
  EXPECT_EQ(*TelephoneEvent::parse(event.write()), event);
}

TEST(TelephoneEvent, RefusesFewerThanFourBytes) {
  EXPECT_FALSE(TelephoneEvent::parse(from_hex("050a16")));
  EXPECT_FALSE(TelephoneEvent::parse({}));
}

TEST(TelephoneEvent, NamesDigits) {
  EXPECT_EQ(digit_of(0), '0');
  EXPECT_EQ(digit_of(10), '*');
  EXPECT_EQ(digit_of(11), '#');
  EXPECT_EQ(digit_of(15), 'D');
  EXPECT_FALSE(digit_of(16)) << "hook flash";
  EXPECT_EQ(event_of('#'), 11);
  EXPECT_EQ(event_of('b'), 13);
  EXPECT_FALSE(event_of('x'));
}

}  // namespace
}  // namespace webcalling::media
