#include "sip/auth/digest.hpp"

#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

// RFC 7616 section 3.9.1.
constexpr DigestInput kMufasa{.nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                              .nonce_count = "00000001",
                              .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                              .method = "GET",
                              .uri = "/dir/index.html"};

TEST(Digest, AgreesWithTheRfcForMd5) {
  const auto ha1 = make_ha1("Mufasa", "http-auth@example.org", "Circle of Life");
  EXPECT_EQ(digest_response(DigestAlgorithm::Md5, ha1.md5, kMufasa), "8ca523f5e9506fed4657c9700eebdbec");
}

TEST(Digest, AgreesWithTheRfcForSha256) {
  const auto ha1 = make_ha1("Mufasa", "http-auth@example.org", "Circle of Life");
  EXPECT_EQ(digest_response(DigestAlgorithm::Sha256, ha1.sha256, kMufasa),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

// What baresip 1.0.0 sent with password "x".
TEST(Digest, AgreesWithARealPhone) {
  const auto ha1 = make_ha1("1001", "webcalling", "x");
  EXPECT_EQ(digest_response(DigestAlgorithm::Md5, ha1.md5,
                            {.nonce = "abcdef",
                             .nonce_count = "00000001",
                             .cnonce = "2ce52f2eae1d96bc",
                             .method = "REGISTER",
                             .uri = "sip:127.0.0.1:25060"}),
            "2846a3b5bf67f8ee8ca6330c9647022c");
}

TEST(Digest, EverythingOfTheInputCounts) {
  const auto ha1 = make_ha1("a", "b", "c").md5;
  const DigestInput input{.nonce = "n", .nonce_count = "00000001", .cnonce = "c", .method = "INVITE", .uri = "sip:x"};
  const auto digest = digest_response(DigestAlgorithm::Md5, ha1, input);
  DigestInput other = input;
  other.nonce = "m";
  EXPECT_NE(digest_response(DigestAlgorithm::Md5, ha1, other), digest);
  other = input;
  other.method = "BYE";
  EXPECT_NE(digest_response(DigestAlgorithm::Md5, ha1, other), digest);
  EXPECT_NE(make_ha1("a", "b", "d").md5, ha1);
}

TEST(EqualInConstantTime, IsEquality) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_in_constant_time("\x80", ""));
}

}  // namespace
}  // namespace webcalling::sip
