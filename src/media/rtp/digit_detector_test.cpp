#include "media/rtp/digit_detector.hpp"

#include <gtest/gtest.h>

#include <string>

#include "media/rtp/hex_for_tests.hpp"

namespace webcalling::media {
namespace {

class DigitDetectorTest : public ::testing::Test {
 protected:
  void receive(int sequence, std::uint32_t timestamp, const TelephoneEvent& event, bool marker = false) {
    RtpHeader header;
    header.marker = marker;
    header.sequence = SequenceNumber(static_cast<std::uint16_t>(sequence));
    header.timestamp = RtpTimestamp(timestamp);
    header.ssrc = ssrc_;
    if (const auto digit = detector_.receive(header, event.write())) digits_ += *digit;
  }

  Ssrc ssrc_{1};
  DigitDetector detector_;
  std::string digits_;
};

TEST_F(DigitDetectorTest, TellsAKeyOnceHoweverManyPacketsItHas) {
  for (int i = 0; i < 10; ++i) receive(i, 800, {.event = 5, .end = i > 6, .duration = 160}, i == 0);
  EXPECT_EQ(digits_, "5");
}

TEST_F(DigitDetectorTest, TellsAKeyWhoseBeginningWasLost) {
  receive(7, 800, {.event = 11, .end = true, .duration = 800});
  EXPECT_EQ(digits_, "#");
}

TEST_F(DigitDetectorTest, TellsTheSameKeyPressedTwiceThoughTheFirstEndWasLost) {
  receive(1, 800, {.event = 1, .duration = 160}, true);
  receive(9, 4000, {.event = 1, .duration = 160});
  EXPECT_EQ(digits_, "11");
}

TEST_F(DigitDetectorTest, LatePacketOfAnEarlierKeyIsNotANewOne) {
  receive(1, 800, {.event = 1, .duration = 160}, true);
  receive(9, 4000, {.event = 2, .duration = 160}, true);
  receive(8, 800, {.event = 1, .end = true, .duration = 800});
  receive(10, 4000, {.event = 2, .duration = 320});
  EXPECT_EQ(digits_, "12");
}

TEST_F(DigitDetectorTest, EndRepeatedUnderOneSequenceNumberIsNotANewOne) {
  for (int i = 0; i < 3; ++i) receive(5, 800, {.event = 9, .end = true, .duration = 800});
  EXPECT_EQ(digits_, "9");
}

TEST_F(DigitDetectorTest, SegmentsOfAHeldKeyAreOneKey) {
  receive(1, 800, {.event = 1, .duration = 160}, true);
  receive(2, 800, {.event = 1, .duration = 0xffff});
  receive(3, 800 + 0xffff, {.event = 1, .duration = 160});
  receive(4, 800 + 0xffff, {.event = 1, .end = true, .duration = 320});
  EXPECT_EQ(digits_, "1");
}

TEST_F(DigitDetectorTest, AnotherSenderStartsAfresh) {
  receive(1000, 800, {.event = 1, .duration = 160}, true);
  ssrc_ = Ssrc(2);
  receive(999, 800, {.event = 1, .duration = 160}, true);
  EXPECT_EQ(digits_, "11");
}

TEST_F(DigitDetectorTest, HookFlashIsNoDigit) {
  receive(1, 800, {.event = 16, .duration = 160}, true);
  EXPECT_EQ(digits_, "");
}

TEST_F(DigitDetectorTest, KeyPressedWhenTheSequenceHasComeRoundIsANewOne) {
  receive(1000, 800, {.event = 1, .duration = 160}, true);
  receive(1000 + 65536 - 50, 800 + 160 * (65536 - 50), {.event = 2, .duration = 160}, true);
  EXPECT_EQ(digits_, "12");
}

}  // namespace
}  // namespace webcalling::media
