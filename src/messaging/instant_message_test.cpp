#include "messaging/instant_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::messaging {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 26} + std::chrono::hours{1}};
const call::Party kAlice{.extension = "1001", .display_name = "Alice"};

sip::Request request(const std::string& headers, const std::string& body) {
  const std::string text =
      "MESSAGE sip:1002@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1\r\n"
      "From: \"Mallory\" <sip:1001@evil.example>;tag=1\r\nTo: <sip:1002@10.0.0.1>\r\nCall-ID: theirs\r\n"
      "CSeq: 7 MESSAGE\r\n" +
      headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  return std::get<sip::Request>(sip::parse(text).value());
}

call::Destination device() {
  call::Destination to;
  to.contact = *sip::Uri::parse("sip:bob@192.168.1.5:5070;transport=tcp");
  to.flow.local = {IpAddress::v4(0x0a000001), 5060};
  to.route.push_back(sip::NameAddress::parse("<sip:proxy@10.0.0.2;lr>").value());
  return to;
}

std::string carried(const std::string& headers, const std::string& body) {
  SeededRandom random{1};
  const auto message = read_message(request(headers, body), kAlice, "1002", kNow);
  return make_request(message.value(), device(), random, "WebCalling").write();
}

TEST(InstantMessage, TakesAlongWhatBelongsToTheContentAndNothingElse) {
  const auto text = carried(
      "c: text/plain;charset=utf-8\r\ns: Lunch\r\nContent-Language: de\r\nContent-Encoding: gzip\r\n"
      "Date: Sat, 13 Nov 2010 23:29:00 GMT\r\nP-Asserted-Identity: <sip:911@a>\r\nX-Any: thing\r\n"
      "Contact: <sip:me@10.0.0.9>\r\nRoute: <sip:elsewhere;lr>\r\nAllow: MESSAGE\r\n",
      "hi");
  EXPECT_THAT(text, HasSubstr("Content-Type: text/plain;charset=utf-8\r\n"));
  EXPECT_THAT(text, HasSubstr("Subject: Lunch\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Language: de\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Encoding: gzip\r\n"));
  EXPECT_THAT(text, HasSubstr("Date: Sat, 13 Nov 2010 23:29:00 GMT\r\n"));
  for (const char* secret : {"911", "X-Any", "Contact", "elsewhere", "Allow", "theirs", "evil", "Mallory"}) {
    EXPECT_THAT(text, Not(HasSubstr(secret)));
  }
}

TEST(InstantMessage, SpeaksForTheSenderInOurDomain) {
  const auto text = carried("Content-Type: text/plain\r\n", "hi");
  EXPECT_THAT(text, HasSubstr("MESSAGE sip:bob@192.168.1.5:5070;transport=tcp SIP/2.0\r\n"));
  EXPECT_THAT(text, HasSubstr("Route: <sip:proxy@10.0.0.2;lr>\r\n"));
  EXPECT_THAT(text, HasSubstr("From: \"Alice\" <sip:1001@10.0.0.1>;tag="));
  EXPECT_THAT(text, HasSubstr("To: <sip:1002@10.0.0.1>\r\n"));
  EXPECT_THAT(text, HasSubstr("CSeq: 1 MESSAGE\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\n\r\nhi"));
}

TEST(InstantMessage, HidesASenderWhoWantsIt) {
  SeededRandom random{1};
  call::Party hidden = kAlice;
  hidden.withheld = true;
  const auto message = read_message(request("Content-Type: text/plain\r\n", "hi"), hidden, "1002", kNow);
  const auto text = make_request(message.value(), device(), random, "WebCalling").write();
  EXPECT_THAT(text, HasSubstr("<sip:anonymous@anonymous.invalid>"));
  EXPECT_THAT(text, Not(HasSubstr("1001")));
}

TEST(InstantMessage, CarriesTheTimeAtWhichItCameIfTheSenderDoesNotSay) {
  EXPECT_THAT(carried("Content-Type: text/plain\r\n", "hi"), HasSubstr("Date: Thu, 26 Nov 2026 01:00:00 GMT\r\n"));
  EXPECT_THAT(carried("Content-Type: text/plain\r\nDate: " + std::string(65, 'x') + "\r\n", "hi"),
              HasSubstr("Date: Thu, 26 Nov 2026 01:00:00 GMT\r\n"));
}

TEST(InstantMessage, KeepsEveryByteOfTheContent) {
  std::string body;
  for (int c = 0; c < 256; ++c) body.push_back(static_cast<char>(c));
  EXPECT_THAT(carried("Content-Type: application/octet-stream\r\n", body), testing::EndsWith("\r\n\r\n" + body));
}

TEST(InstantMessage, MayBeEmptyButContentMustHaveAType) {
  EXPECT_TRUE(read_message(request("", ""), kAlice, "1002", kNow));
  const auto untyped = read_message(request("", "hi"), kAlice, "1002", kNow);
  ASSERT_FALSE(untyped);
  EXPECT_EQ(untyped.error().kind, Error::Kind::Malformed);
}

TEST(InstantMessage, IsMomentaryIfItOnlySaysThatSomebodyTypes) {
  const auto is_momentary = [](const std::string& type) {
    return read_message(request("Content-Type: " + type + "\r\n", "x"), kAlice, "1002", kNow)->is_momentary();
  };
  EXPECT_TRUE(is_momentary("Application/IM-isComposing+XML ; charset=utf-8"));
  EXPECT_FALSE(is_momentary("text/plain"));
}

TEST(InstantMessage, SaysHowLongItIsWorthSomething) {
  EXPECT_EQ(lifetime(request("Expires: 60\r\n", "")), std::chrono::seconds{60});
  EXPECT_EQ(lifetime(request("", "")), std::nullopt);
  EXPECT_EQ(lifetime(request("Expires: soon\r\n", "")), std::nullopt);
}

}  // namespace
}  // namespace webcalling::messaging
