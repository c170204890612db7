#include "sdp/sdes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace webcalling::sdp {
namespace {

constexpr auto kSha80 = "AES_CM_128_HMAC_SHA1_80";
constexpr auto kSha32 = "AES_CM_128_HMAC_SHA1_32";
constexpr auto kGcm = "AEAD_AES_128_GCM";
/// 30 bytes, as baresip wrote them; 28 bytes.
const std::string k30 = "JXpdbuLS8aFb7J73jnrhvjS8mZKerA5r/elBXt+P";
const std::string k28 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYg==";

std::optional<SdesKey> key_of(const std::string& value) {
  const auto line = parse_crypto(value);
  return line ? usable_key(*line) : std::nullopt;
}

TEST(Sdes, TakesTheThreeSuitesWithTheirKeys) {
  EXPECT_EQ(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30)->key_and_salt.size(), 30U);
  EXPECT_EQ(key_of("1 AES_CM_128_HMAC_SHA1_32 inline:" + k30)->suite, CryptoSuite::AesCm128HmacSha1_32);
  // RFC 7714 §14.2: a salt of 96 bits.
  const auto gcm = key_of("1 AEAD_AES_128_GCM inline:" + k28);
  ASSERT_TRUE(gcm);
  EXPECT_EQ(as_text(gcm->key_and_salt), "0123456789abcdef0123456789ab");
  EXPECT_TRUE(key_of("1 aead_aes_128_gcm INLINE:" + k28)) << "names have no case (RFC 5234 §2.3)";
  EXPECT_TRUE(key_of("1 AEAD_AES_128_GCM inline:" + k28.substr(0, 38))) << "without padding";
}

// ATTACKS S28.
TEST(Sdes, KeyOfAnotherLengthIsNone) {
  for (const char* suite : {kSha80, kSha32, kGcm}) {
    const std::size_t right = suite == kGcm ? 28 : 30;
    for (std::size_t length = 0; length <= 64; ++length) {
      const SdesKey key{CryptoSuite::AesCm128HmacSha1_80, ByteVector(length, 0xAA)};
      const auto line = crypto_line(1, key);
      const Crypto other{1, suite, line.key_parameters, {}};
      EXPECT_EQ(usable_key(other).has_value(), length == right) << suite << " " << length;
    }
    for (const auto& parameters :
         {std::string("inline:"), std::string("inline"), std::string("inline:!!!!"), "x:" + k30, k30,
          "inline:" + std::string(4000, 'A'), "inline:" + k30 + "=", "inline: " + k30, "uri:" + k30}) {
      EXPECT_FALSE(usable_key(Crypto{1, suite, parameters, {}})) << parameters;
    }
  }
}

TEST(Sdes, OtherSuitesAreNotOurs) {
  for (const char* suite : {"F8_128_HMAC_SHA1_80", "AES_256_CM_HMAC_SHA1_80", "AEAD_AES_256_GCM", "AEAD_AES_128_GCM_8",
                            "SRTP_AES128_CM_SHA1_80", "NULL_HMAC_SHA1_80"}) {
    EXPECT_FALSE(key_of(std::string("1 ") + suite + " inline:" + k30)) << suite;
  }
}

TEST(Sdes, LifetimeIsChecked) {
  for (const char* lifetime : {"2^20", "2^31", "2^48", "2^1", "1", "1048576", "281474976710656"}) {
    EXPECT_TRUE(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30 + "|" + lifetime)) << lifetime;
  }
  // RFC 4568 §6.1: too large or otherwise invalid makes the whole line invalid.
  for (const char* lifetime :
       {"", "0", "2^0", "2^49", "2^", "2^020", "020", "-1", "281474976710657", "2^20 ", "x", "18446744073709551617"}) {
    const Crypto line{1, kSha80, "inline:" + k30 + "|" + lifetime, {}};
    EXPECT_FALSE(usable_key(line)) << lifetime;
  }
}

// An identifier would have to stand in every packet; several keys need one.
TEST(Sdes, LineWithAMasterKeyIdentifierIsPassedOver) {
  EXPECT_FALSE(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30 + "|2^20|1:4"));
  EXPECT_FALSE(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30 + "|1:4"));
  EXPECT_FALSE(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30 + "|2^20|1:4;inline:" + k30 + "|2^20|2:4"));
  EXPECT_FALSE(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30 + ";inline:" + k30));
}

TEST(Sdes, SessionParameterThatMayNotBePassedOverMakesTheLineUseless) {
  for (const char* parameters :
       {"", "WSH=64", "WSH=1024", "wsh=128", "-KDR=1", "-UNENCRYPTED_SRTP", "-X=y -Z", "WSH=64 -FUTURE=1"}) {
    EXPECT_TRUE(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30 + " " + parameters)) << parameters;
  }
  for (const char* parameters :
       {"KDR=1", "UNENCRYPTED_SRTP", "UNENCRYPTED_SRTCP", "UNAUTHENTICATED_SRTP", "FEC_ORDER=FEC_SRTP",
        "FEC_KEY=inline:x", "FUTURE=1", "WSH", "WSH=", "WSH=x", "WSH=64 FUTURE=1"}) {
    EXPECT_FALSE(key_of("1 AES_CM_128_HMAC_SHA1_80 inline:" + k30 + " " + parameters)) << parameters;
  }
}

TEST(Sdes, FirstUsableLineOfTheOffererIsTaken) {
  const Crypto good{7, kSha32, "inline:" + k30, {}};
  const Crypto better{9, kGcm, "inline:" + k28, {}};
  const Crypto foreign{1, "AES_256_CM_HMAC_SHA1_80", "inline:" + k30, {}};
  EXPECT_EQ(first_usable({foreign, good, better})->tag, 7U);
  EXPECT_EQ(first_usable({better, good})->tag, 9U);
  EXPECT_FALSE(first_usable({foreign}));
  EXPECT_FALSE(first_usable({}));
  // An answer names a line by its tag alone.
  const Crypto same_tag{1, kSha80, "inline:" + k30, {}};
  EXPECT_FALSE(first_usable({foreign, same_tag}));
}

TEST(Sdes, OurLineReadsBackAsOurKey) {
  for (const auto suite : kCryptoSuites) {
    const SdesKey key{suite, ByteVector(key_and_salt_length(suite), 0xF7)};
    const auto line = parse_crypto(text(crypto_line(3, key)));
    ASSERT_TRUE(line);
    EXPECT_EQ(line->tag, 3U);
    EXPECT_EQ(usable_key(*line), key);
  }
}

}  // namespace
}  // namespace webcalling::sdp
