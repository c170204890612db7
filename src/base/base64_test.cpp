#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace webcalling {
namespace {

std::string decoded(std::string_view text) {
  const auto bytes = parse_base64(text);
  return bytes ? std::string(as_text(*bytes)) : "refused";
}

// The test vectors of RFC 4648 section 10.
constexpr std::pair<std::string_view, std::string_view> kVectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

TEST(Base64, WritesAndReadsTheVectorsOfTheRfc) {
  for (const auto& [plain, text] : kVectors) {
    EXPECT_EQ(write_base64(as_bytes(plain)), text);
    EXPECT_EQ(decoded(text), plain);
  }
}

TEST(Base64, CarriesEveryByte) {
  ByteVector all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(parse_base64(write_base64(all)), all);
}

TEST(Base64, ReadsWhatHasNoPadding) {
  EXPECT_EQ(decoded("Zg"), "f");
  EXPECT_EQ(decoded("Zm8"), "fo");
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Z", "Zm9vY", "Zg=", "Z===", "=", "====", "Zm9v Yg==", "Zm9*", "Zg==Zg==", "Zm9v\n",
                           "Z_8=", "\xff\xff\xff\xff"}) {
    EXPECT_EQ(decoded(text), "refused") << text;
  }
}

}  // namespace
}  // namespace webcalling
