#include "pki/certificate.hpp"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace webcalling::pki {
namespace {

using std::chrono::days;
using testing::HasSubstr;

const WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
const Names kNames{.hosts = {"pbx.example.com", "localhost"},
                   .addresses = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::1")}};

Certificate make(const Names& names = kNames) {
  return *Certificate::generate({.common_name = "pbx.example.com", .names = names}, days(100), kNow);
}

std::string key_of(const std::string& pem) { return pem.substr(0, pem.find("-----BEGIN CERTIFICATE")); }
std::string certificate_of(const std::string& pem) { return pem.substr(pem.find("-----BEGIN CERTIFICATE")); }

TEST(Certificate, SaysForWhomAndWhenItIsValid) {
  const Certificate made = make();
  EXPECT_EQ(made.names(), kNames);
  EXPECT_EQ(made.valid_until(), kNow + days(100));
  EXPECT_EQ(made.valid_from(), kNow - days(1));
  EXPECT_EQ(made.text(), "for pbx.example.com, localhost, 192.0.2.1, 2001:db8::1, until 2026-04-11");
  EXPECT_TRUE(made.check_time(kNow));
  EXPECT_EQ(made.check_time(kNow - days(2)).error().text, "it is not valid before 2025-12-31");
  EXPECT_EQ(made.check_time(kNow + days(100)).error().text, "it ended on 2026-04-11");
}

TEST(Certificate, SurvivesAFileWhole) {
  const Certificate made = make();
  const auto read = Certificate::parse_pem(made.pem(), made.pem());
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->pem(), made.pem());
  EXPECT_EQ(read->names(), kNames);
}

TEST(Certificate, KeyAndChainMayBeFilesOfTheirOwnAndTheChainIsKept) {
  const std::string leaf = make().pem();
  const std::string authority = make().pem();
  const auto read = Certificate::parse_pem(certificate_of(leaf) + certificate_of(authority), key_of(leaf));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->authorities().size(), 1U);
  EXPECT_EQ(read->pem(), leaf + certificate_of(authority));
}

TEST(Certificate, IsNoAuthorityAndServesBothEndsOfTls) {
  const Certificate made = make();
  EXPECT_EQ(X509_check_ca(&made.leaf()), 0);
  EXPECT_EQ(X509_check_purpose(&made.leaf(), X509_PURPOSE_SSL_SERVER, 0), 1);
  EXPECT_EQ(X509_check_purpose(&made.leaf(), X509_PURPOSE_SSL_CLIENT, 0), 1);
}

TEST(Certificate, LongNamesArePutWhereTheyFit) {
  const std::string host(200, 'h');
  const auto made =
      Certificate::generate({.common_name = host, .names = {.hosts = {host}, .addresses = {}}}, days(1), kNow);
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_TRUE(made->names().identify(host));
}

TEST(Certificate, DamagedFilesAreRefusedWithASentence) {
  const std::string pem = make().pem();
  const std::string other = make().pem();
  struct Case {
    std::string chain;
    std::string key;
    const char* expected;
  };
  for (const auto& [chain, key, expected] :
       {Case{"", "", "no private key"}, Case{certificate_of(pem), certificate_of(pem), "no private key"},
        Case{key_of(pem), key_of(pem), "no certificate"},
        Case{certificate_of(other), key_of(pem), "belongs to another certificate"},
        // An authority first, as some shops deliver it.
        Case{certificate_of(other) + certificate_of(pem), key_of(pem), "than the first one"},
        Case{certificate_of(pem) + certificate_of(other).substr(0, 200), key_of(pem), "is damaged"}}) {
    const auto read = Certificate::parse_pem(chain, key);
    ASSERT_FALSE(read) << expected;
    EXPECT_EQ(read.error().kind, Error::Kind::Malformed);
    EXPECT_THAT(read.error().text, HasSubstr(expected));
  }
}

TEST(Certificate, KeyWithPasswordIsRefusedInsteadOfAskedFor) {
  const Certificate made = make();
  BIO* bio = BIO_new(BIO_s_mem());
  unsigned char password[] = "secret";
  PEM_write_bio_PrivateKey(bio, &made.key(), EVP_aes_128_cbc(), password, 6, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  const auto read = Certificate::parse_pem(made.pem(), {data, static_cast<std::size_t>(size)});
  BIO_free(bio);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().text, testing::StartsWith("no private key without password"));
}

/// RFC 5922 section 7.1
TEST(Certificate, DomainsOfSipUrisAreNamesAndUsersAreNot) {
  const Certificate made = make({.hosts = {"host"}, .addresses = {}});
  X509* leaf = &made.leaf();
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(
      nullptr, nullptr, NID_subject_alt_name, "URI:sip:Example.com,URI:sip:bob@example.org,URI:https://example.net");
  X509_EXTENSION_free(X509_delete_ext(leaf, X509_get_ext_by_NID(leaf, NID_subject_alt_name, -1)));
  X509_add_ext(leaf, extension, -1);
  X509_EXTENSION_free(extension);
  EXPECT_EQ(names_of(*leaf), (Names{.hosts = {"example.com"}, .addresses = {}}));
}

}  // namespace
}  // namespace webcalling::pki
