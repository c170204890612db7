#include <gtest/gtest.h>

#include "sip/message/headers.hpp"

namespace webcalling::sip {
namespace {

TEST(DigestFields, ReadsWhatSipJsSends) {
  const auto fields = Authorization::parse(
      R"(Digest algorithm=MD5, username="1002", realm="10.105.10.116", nonce="7954bbe7", uri="sip:10.105.10.116:5060", )"
      R"(response="959fbcd0b92feab202316a1b469155f3", qop=auth, cnonce="2aohihbpvp6q", nc=00000001)");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->get("ALGORITHM"), "MD5");
  EXPECT_EQ(fields->get("username"), "1002");
  EXPECT_EQ(fields->get("nc"), "00000001");
  EXPECT_EQ(fields->get("opaque"), std::nullopt);
  EXPECT_EQ(fields->list.size(), 9u);
}

TEST(DigestFields, WritesQuotedAndBareAsRead) {
  const std::string_view text = R"(Digest realm="a \"b\", c", algorithm=MD5, uri=sip:h:5060, nonce="")";
  std::string out;
  DigestFields::parse(text)->write(out);
  EXPECT_EQ(out, text);
}

TEST(DigestFields, QuotesWhatCannotGoBare) {
  DigestFields fields;
  fields.set("nc", "1, evil=\"", false);
  std::string out;
  fields.write(out);
  EXPECT_EQ(out, R"(Digest nc="1, evil=\"")");
}

TEST(DigestFields, AnotherSchemeIsUnsupported) {
  for (const std::string_view text : {"Basic QWxhZGRpbjpvcGVu", "Bearer token", "NTLM"}) {
    const auto fields = DigestFields::parse(text);
    ASSERT_FALSE(fields.has_value()) << text;
    EXPECT_EQ(fields.error().kind, Error::Kind::Unsupported) << text;
  }
}

// CVE-2023-28098 and its kin.
TEST(DigestFields, UnbalancedQuotesAndOddFieldsAreMalformed) {
  for (const std::string_view text :
       {"", "Digest", "Digest ", "Digest username", "Digest username=", "Digest =x", "Digest username=\"",
        "Digest username=\"a", "Digest username=\"a\\\"", "Digest username=\"a\"b", "Digest username=\"a\" realm=\"b\"",
        "Digest username=\"a\",", "Digest username=\"a\",,realm=\"b\"", "Digest ,", "Digest user name=a",
        "Digest \"username\"=a", "Digest a=b=\"c\"", "Digest username=a\\\"b", "Digest\"a\"=b"}) {
    const auto fields = DigestFields::parse(text);
    ASSERT_FALSE(fields.has_value()) << text;
    EXPECT_EQ(fields.error().kind, Error::Kind::Malformed) << text;
  }
}

TEST(DigestFields, AFieldGivenTwiceIsMalformed) {
  EXPECT_FALSE(DigestFields::parse("Digest username=\"a\", Username=\"b\"").has_value());
}

TEST(DigestFields, MoreThan32FieldsAreMalformed) {
  std::string text = "Digest a0=b";
  for (int i = 1; i < 32; ++i) text += fmt::format(", a{}=b", i);
  EXPECT_TRUE(DigestFields::parse(text).has_value());
  EXPECT_FALSE(DigestFields::parse(text + ", z=b").has_value());
}

}  // namespace
}  // namespace webcalling::sip
