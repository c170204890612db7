#include "media/dtls/certificate.hpp"

#include <gtest/gtest.h>

namespace webcalling::media::dtls {
namespace {

const WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

TEST(Certificate, EachIsItsOwn) {
  const auto one = Certificate::generate(kNow);
  const auto two = Certificate::generate(kNow);
  ASSERT_TRUE(one) << one.error().text;
  ASSERT_TRUE(two) << two.error().text;
  EXPECT_EQ(one->fingerprint().hash(), Fingerprint::Hash::Sha256);
  EXPECT_NE(one->fingerprint(), two->fingerprint());
}

TEST(Certificate, SurvivesAFile) {
  const auto written = Certificate::generate(kNow);
  const auto read = Certificate::parse_pem(written->pem());
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->fingerprint(), written->fingerprint());
  EXPECT_EQ(read->pem(), written->pem());
}

TEST(Certificate, DamagedFilesAreRefusedWithASentence) {
  const std::string pem = Certificate::generate(kNow)->pem();
  const auto certificate_at = pem.find("-----BEGIN CERTIFICATE");
  const std::string key = pem.substr(0, certificate_at);
  const std::string certificate = pem.substr(certificate_at);
  for (const std::string& text : {std::string(), key, certificate, pem.substr(0, pem.size() / 2)}) {
    const auto read = Certificate::parse_pem(text);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, Error::Kind::Malformed);
  }
  const std::string foreign = Certificate::generate(kNow)->pem();
  EXPECT_FALSE(Certificate::parse_pem(key + foreign.substr(foreign.find("-----BEGIN CERTIFICATE"))));
}

}  // namespace
}  // namespace webcalling::media::dtls
