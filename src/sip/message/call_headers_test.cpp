#include "sip/message/call_headers.hpp"

#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

using namespace std::chrono_literals;

template <typename H>
std::string round_trip(std::string_view text) {
  const auto parsed = H::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << (parsed ? "" : parsed.error().text);
  std::string out;
  if (parsed) parsed->write(out);
  return out;
}

TEST(RSeq, IsAPositiveNumber) {
  EXPECT_EQ(RSeq::parse("988789")->value, 988789u);
  EXPECT_EQ(RSeq::parse("4294967295")->value, 4294967295u);
  for (const std::string_view text : {"", "0", "-1", "4294967296", "1 2", "x"}) EXPECT_FALSE(RSeq::parse(text)) << text;
}

TEST(RAck, NamesAResponseAndItsRequest) {
  const auto rack = RAck::parse("776656 1 INVITE");
  ASSERT_TRUE(rack);
  EXPECT_EQ(rack->rseq, 776656u);
  EXPECT_EQ(rack->cseq.number, 1u);
  EXPECT_EQ(rack->cseq.method, Method::Invite);
  EXPECT_EQ(round_trip<RAck>("776656 1 INVITE"), "776656 1 INVITE");
  for (const std::string_view text : {"", "1", "1 2", "0 1 INVITE", "1 INVITE 2", "a 1 INVITE"}) {
    EXPECT_FALSE(RAck::parse(text)) << text;
  }
}

TEST(SessionExpires, NamesTheIntervalAndWhoRefreshes) {
  EXPECT_EQ(SessionExpires::parse("1800")->interval, 1800s);
  EXPECT_EQ(SessionExpires::parse("1800")->refresher, std::nullopt);
  EXPECT_EQ(SessionExpires::parse("90 ; refresher=UAS")->refresher, Refresher::Uas);
  EXPECT_EQ(SessionExpires::parse("90;refresher=somebody")->refresher, std::nullopt);
  EXPECT_EQ(round_trip<SessionExpires>("4000;x=y;refresher=uac"), "4000;refresher=uac");
  for (const std::string_view text : {"", "-1", "soon", "1800 refresher=uac"}) {
    EXPECT_FALSE(SessionExpires::parse(text)) << text;
  }
}

TEST(MinSe, IsSeconds) {
  EXPECT_EQ(MinSe::parse("90;lr")->value, 90s);
  EXPECT_EQ(round_trip<MinSe>("3600"), "3600");
  EXPECT_FALSE(MinSe::parse("x"));
}

TEST(Replaces, NamesADialog) {
  const auto replaces = Replaces::parse("98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff;early-only");
  ASSERT_TRUE(replaces);
  EXPECT_EQ(replaces->call_id, "98732@sip.example.com");
  EXPECT_EQ(replaces->from_tag, "r33th4x0r");
  EXPECT_EQ(replaces->to_tag, "ff87ff");
  EXPECT_TRUE(replaces->early_only);
  EXPECT_EQ(round_trip<Replaces>("12345@a;to-tag=1;from-tag=2"), "12345@a;to-tag=1;from-tag=2");
  for (const std::string_view text :
       {"", "a", "a;to-tag=1", "a;from-tag=1", ";to-tag=1;from-tag=2", "a b;to-tag=1;from-tag=2"}) {
    EXPECT_FALSE(Replaces::parse(text)) << text;
  }
}

// RFC 3891 section 3: escaped in the Refer-To of an attended transfer.
TEST(Replaces, IsFoundInAUri) {
  const auto uri = Uri::parse(
      "sip:bob@biloxi.example.org?Require=replaces&Replaces=12345%40192.168.118.3%3Bto-tag%3D12345%3Bfrom-tag%3D5FFE-"
      "3994");
  ASSERT_TRUE(uri);
  EXPECT_EQ(uri->find_header("replaces"), "12345@192.168.118.3;to-tag=12345;from-tag=5FFE-3994");
  EXPECT_EQ(uri->find_header("Subject"), std::nullopt);
  EXPECT_EQ(Uri::parse("sip:bob@biloxi.example.org")->find_header("Replaces"), std::nullopt);
}

TEST(Privacy, IsAskedForByAnyOfItsHidingValues) {
  const auto asks = [](std::string_view value) {
    Request request;
    request.add(HeaderName::Privacy, value);
    return wants_privacy(request);
  };
  EXPECT_TRUE(asks("id"));
  EXPECT_TRUE(asks("critical; Header ;id"));
  EXPECT_TRUE(asks("user"));
  EXPECT_FALSE(asks("none"));
  EXPECT_FALSE(asks("session;critical"));
  EXPECT_FALSE(wants_privacy(Request{}));
}

}  // namespace
}  // namespace webcalling::sip
