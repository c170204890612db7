#include "call/leg/info_digit.hpp"

#include <gtest/gtest.h>

namespace webcalling::call {
namespace {

Result<InfoDigit> read(std::string_view type, std::string_view body) {
  sip::Request info(sip::Method::Info, *sip::Uri::parse("sip:1001@192.0.2.1"));
  info.set_body(type, body);
  return read_info_digit(info);
}

TEST(InfoDigit, IsReadInBothForms) {
  const auto relay = read("application/dtmf-relay", "Signal=5\r\nDuration=250\r\n");
  ASSERT_TRUE(relay);
  EXPECT_EQ(relay->digit, '5');
  EXPECT_EQ(relay->duration, 250ms);
  EXPECT_EQ(read("application/dtmf-relay", "Signal= *\nDuration= 100 ")->digit, '*');
  EXPECT_EQ(read("Application/DTMF", "#\r\n")->digit, '#');
  EXPECT_EQ(read("application/dtmf", "d")->digit, 'D');
  EXPECT_EQ(read("application/dtmf-relay", "Signal=11")->digit, '#') << "the event number, as some write it";
}

TEST(InfoDigit, HasADurationThatAPersonCouldPress) {
  EXPECT_EQ(read("application/dtmf-relay", "Signal=1")->duration, 160ms);
  EXPECT_EQ(read("application/dtmf-relay", "Signal=1\nDuration=0")->duration, 40ms);
  EXPECT_EQ(read("application/dtmf-relay", "Signal=1\nDuration=60000")->duration, 5s);
  EXPECT_EQ(read("application/dtmf-relay", "Signal=1\nDuration=-7")->duration, 160ms);
}

TEST(InfoDigit, IsRefusedIfItIsNone) {
  EXPECT_EQ(read("application/dtmf-relay", "").error().kind, Error::Kind::Malformed);
  EXPECT_EQ(read("application/dtmf-relay", "Signal=\r\n").error().kind, Error::Kind::Malformed);
  EXPECT_EQ(read("application/dtmf", "12345").error().kind, Error::Kind::Malformed);
  EXPECT_EQ(read("application/dtmf", std::string(1, '\0')).error().kind, Error::Kind::Malformed);
  EXPECT_EQ(read("application/media_control+xml", "<x/>").error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(read_info_digit(sip::Request{}).error().kind, Error::Kind::Unsupported);
}

TEST(InfoDigit, IsWrittenAsItIsRead) {
  const auto again = read(kDtmfRelay, write_info_digit({.digit = '7', .duration = 300ms}));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->digit, '7');
  EXPECT_EQ(again->duration, 300ms);
}

}  // namespace
}  // namespace webcalling::call
