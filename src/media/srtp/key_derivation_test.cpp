#include "media/srtp/key_derivation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/hex.hpp"
#include "media/rtp/hex_for_tests.hpp"

namespace webcalling::media::srtp {
namespace {

MasterKey master(Profile profile, std::string_view key, std::string_view salt) {
  MasterKey master{.profile = profile};
  std::ranges::copy(from_hex(key), master.key.begin());
  std::ranges::copy(from_hex(salt), master.salt.begin());
  return master;
}

std::string derived(const MasterKey& master, PacketKind kind, KeyUse use, std::size_t length) {
  ByteVector key(length);
  EXPECT_TRUE(derive_session_key(master, kind, use, key));
  std::string text;
  append_hex(text, key);
  return text;
}

// RFC 3711, appendix B.3
TEST(KeyDerivation, GivesTheKeysOfTheStandard) {
  const auto keys =
      master(Profile::Aes128CmSha1_80, "e1f97a0d3e018be0d64fa32c06de4139", "0ec675ad498afeebb6960b3aabe6");
  EXPECT_EQ(derived(keys, PacketKind::Rtp, KeyUse::Encryption, 16), "c61e7a93744f39ee10734afe3ff7a087");
  EXPECT_EQ(derived(keys, PacketKind::Rtp, KeyUse::Salt, 14), "30cbbc08863d8c85d49db34a9ae1");
  EXPECT_EQ(derived(keys, PacketKind::Rtp, KeyUse::Authentication, 20), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
}

// RFC 7714 §17.1
TEST(KeyDerivation, GivesTheKeysOfTheStandardForGcm) {
  const auto keys = master(Profile::AeadAes128Gcm, "000102030405060708090a0b0c0d0e0f", "a0a1a2a3a4a5a6a7a8a9aaab");
  EXPECT_EQ(derived(keys, PacketKind::Rtp, KeyUse::Encryption, 16), "077c6143cb221bc355ff23d5f984a16e");
  EXPECT_EQ(derived(keys, PacketKind::Rtp, KeyUse::Salt, 12), "9af3e95364ebac9c99c5a7c4");
  EXPECT_EQ(derived(keys, PacketKind::Rtcp, KeyUse::Encryption, 16), "615dcd9042600666f6fd4d9e4fe4519f");
}

TEST(KeyDerivation, RefusesWhatIsLongerThanAnyKey) {
  ByteVector key(33);
  EXPECT_FALSE(derive_session_key({}, PacketKind::Rtp, KeyUse::Encryption, key));
}

}  // namespace
}  // namespace webcalling::media::srtp
