#include "media/dtls/fingerprint.hpp"

#include <gtest/gtest.h>

namespace webcalling::media::dtls {
namespace {

TEST(Fingerprint, OfABrowserIsReadAndWritten) {
  const std::string text =
      "sha-256 3C:76:96:0B:7C:9F:A0:F4:A7:BA:D6:31:34:CB:25:D3:FA:C2:D4:8D:FE:68:02:F1:17:C0:E8:82:AD:4A:99:10";
  const auto fingerprint = Fingerprint::parse(text);
  ASSERT_TRUE(fingerprint) << fingerprint.error().text;
  EXPECT_EQ(fingerprint->hash(), Fingerprint::Hash::Sha256);
  EXPECT_EQ(fingerprint->digest().size(), 32U);
  EXPECT_EQ(fingerprint->digest()[0], 0x3C);
  EXPECT_EQ(fingerprint->text(), text);
}

TEST(Fingerprint, CaseDoesNotMatter) {
  EXPECT_EQ(*Fingerprint::parse("SHA-1 0a:0b:0c:0d:0e:0f:10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d"),
            *Fingerprint::parse("sha-1 0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D"));
}

TEST(Fingerprint, OtherHashFunctionsAreUnsupported) {
  EXPECT_EQ(Fingerprint::parse("md5 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF").error().kind,
            Error::Kind::Unsupported);
  EXPECT_EQ(Fingerprint::parse("").error().kind, Error::Kind::Unsupported);
}

TEST(Fingerprint, WrongLengthsAndDigitsAreMalformed) {
  for (const char* text : {
           "sha-1",
           "sha-1 ",
           "sha-1 00:11",
           "sha-1 0:B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D",
           "sha-1 0G:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D",
           "sha-1 -A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D",
           "sha-1 0A0B0C0D0E0F101112131415161718191A1B1C1D",
           "sha-1 0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E",
           "sha-1 0A::0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D",
       }) {
    const auto fingerprint = Fingerprint::parse(text);
    ASSERT_FALSE(fingerprint) << text;
    EXPECT_EQ(fingerprint.error().kind, Error::Kind::Malformed) << text;
  }
}

}  // namespace
}  // namespace webcalling::media::dtls
