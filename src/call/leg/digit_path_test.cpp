#include "call/leg/digit_path.hpp"

#include <gtest/gtest.h>

#include <string>

namespace webcalling::call {
namespace {

class DoubleDigitsTest : public testing::Test {
 protected:
  void by_media(char digit) { note(digit, DigitPath::Media); }
  void by_info(char digit) { note(digit, DigitPath::Signalling); }
  void note(char digit, DigitPath path) {
    if (!digits_.is_repeated(digit, path, now_)) counted_ += digit;
  }

  DoubleDigits digits_;
  TimePoint now_{1000s};
  std::string counted_;
};

TEST_F(DoubleDigitsTest, OnePathIsBelieved) {
  for (const char digit : std::string("1133")) by_media(digit);
  EXPECT_EQ(counted_, "1133");
  counted_.clear();
  now_ += 10s;
  for (const char digit : std::string("4466")) by_info(digit);
  EXPECT_EQ(counted_, "4466");
}

TEST_F(DoubleDigitsTest, KeyThatIsToldOnBothPathsCountsOnce) {
  by_media('1');
  by_media('1');
  by_info('1');
  by_info('1');
  by_media('2');
  by_info('2');
  EXPECT_EQ(counted_, "112");
}

TEST_F(DoubleDigitsTest, InfoMayComeFirst) {
  by_info('7');
  by_media('7');
  EXPECT_EQ(counted_, "7");
}

TEST_F(DoubleDigitsTest, PhoneThatWasFoundOutIsBelievedByItsMediaAlone) {
  by_media('1');
  by_info('1');
  now_ += 1min;
  by_info('2');
  by_media('2');
  by_media('2');
  by_info('2');
  EXPECT_EQ(counted_, "122");
}

TEST_F(DoubleDigitsTest, SameKeyMuchLaterIsAnother) {
  by_media('5');
  now_ += 5s;
  by_info('5');
  EXPECT_EQ(counted_, "55");
}

TEST_F(DoubleDigitsTest, DifferentKeysAreDifferent) {
  by_media('5');
  by_info('6');
  EXPECT_EQ(counted_, "56");
}

}  // namespace
}  // namespace webcalling::call
