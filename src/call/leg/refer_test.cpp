#include "call/leg/refer.hpp"

#include <gtest/gtest.h>

namespace webcalling::call {
namespace {

sip::Request refer_to(std::string_view value) {
  sip::Request request(sip::Method::Refer, *sip::Uri::parse("sip:1001@192.0.2.1"));
  request.add(sip::HeaderName::ReferTo, value);
  return request;
}

TEST(Refer, NamesWhomToCall) {
  const auto refer = read_refer(refer_to("<sip:1003@192.0.2.1:5060;method=INVITE>"));
  ASSERT_TRUE(refer);
  EXPECT_EQ(refer->target.text(), "sip:1003@192.0.2.1:5060");
  EXPECT_FALSE(refer->replaces);
  EXPECT_TRUE(refer->wants_progress);
}

TEST(Refer, NamesTheCallThatAnAttendedTransferTakesOver) {
  const auto refer =
      read_refer(refer_to("<sip:1003@192.0.2.1?Replaces=abc%40host%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs>"));
  ASSERT_TRUE(refer);
  ASSERT_TRUE(refer->replaces);
  EXPECT_EQ(refer->replaces->call_id, "abc@host");
  EXPECT_EQ(refer->replaces->to_tag, "ours");
  EXPECT_EQ(refer->replaces->from_tag, "theirs");
}

// ATTACKS S26: what follows '?' never goes any further.
TEST(Refer, DropsEveryOtherHeaderOfTheUri) {
  const auto refer = read_refer(refer_to("<sip:1003@192.0.2.1?Route=%3Csip:evil%3E&X-Bypass=1>"));
  ASSERT_TRUE(refer);
  EXPECT_EQ(refer->target.text(), "sip:1003@192.0.2.1");
}

// RFC 4488.
TEST(Refer, MayWantNoProgress) {
  auto request = refer_to("<sip:1003@192.0.2.1>");
  request.add(sip::HeaderName::ReferSub, "False");
  EXPECT_FALSE(read_refer(request)->wants_progress);
}

TEST(Refer, IsRefusedIfItDoesNotAskForOneCall) {
  EXPECT_EQ(read_refer(sip::Request{}).error().kind, Error::Kind::Malformed);
  auto twice = refer_to("<sip:1003@192.0.2.1>");
  twice.add(sip::HeaderName::ReferTo, "<sip:1004@192.0.2.1>");
  EXPECT_EQ(read_refer(twice).error().kind, Error::Kind::Malformed);
  EXPECT_EQ(read_refer(refer_to("<sip:1003@192.0.2.1")).error().kind, Error::Kind::Malformed);
  EXPECT_EQ(read_refer(refer_to("<sip:1003@h?Replaces=nonsense>")).error().kind, Error::Kind::Malformed);
  EXPECT_EQ(read_refer(refer_to("<sip:1003@h;method=BYE>")).error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(read_refer(refer_to("<sip:192.0.2.1>")).error().kind, Error::Kind::Unsupported);
  EXPECT_EQ(read_refer(refer_to("<http://example.com/>")).error().kind, Error::Kind::Unsupported);
}

}  // namespace
}  // namespace webcalling::call
