#include "call/leg/info_digit_sender.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sip/message/headers.hpp"

namespace webcalling::call {
namespace {

class InfoDigitSenderTest : public testing::Test, public DialogRequests {
 public:
  sip::Request make_request(sip::Method method) override { return {method, *sip::Uri::parse("sip:1002@192.0.2.9")}; }
  sip::Response make_response(const sip::Request& request, int status) override {
    return sip::make_response(request, status, "ours");
  }
  void send(sip::Request request, OnResponse on_response) override {
    sent += read_info_digit(request).value().digit;
    answer = std::move(on_response);
  }
  void acknowledge(const sip::Response& /*response*/) override {}

  std::string sent;
  OnResponse answer;
  InfoDigitSender digits{*this};
};

TEST_F(InfoDigitSenderTest, SendsOneAfterTheOther) {
  EXPECT_TRUE(digits.send({.digit = '1'}));
  EXPECT_TRUE(digits.send({.digit = '2'}));
  EXPECT_EQ(sent, "1");
  answer(sip::Response(100));
  EXPECT_EQ(sent, "1");
  answer(sip::Response(200));
  EXPECT_EQ(sent, "12");
  answer(sip::Response(200));
  EXPECT_TRUE(digits.send({.digit = '3'}));
  EXPECT_EQ(sent, "123");
}

TEST_F(InfoDigitSenderTest, GoesOnAfterARefusal) {
  for (const char digit : std::string("12")) digits.send({.digit = digit});
  answer(sip::Response(415));
  EXPECT_EQ(sent, "12");
}

TEST_F(InfoDigitSenderTest, HoldsNoMoreThanAPersonTypesAhead) {
  for (std::size_t i = 0; i < InfoDigitSender::kMostWaiting; ++i) EXPECT_TRUE(digits.send({}));
  EXPECT_FALSE(digits.send({}));
  answer(sip::Response(200));
  EXPECT_TRUE(digits.send({}));
}

TEST_F(InfoDigitSenderTest, TellsNothingAfterItWasStopped) {
  for (const char digit : std::string("12")) digits.send({.digit = digit});
  digits.stop();
  answer(sip::Response(200));
  EXPECT_EQ(sent, "1");
}

}  // namespace
}  // namespace webcalling::call
