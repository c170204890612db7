#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace webcalling::media::srtp {

/// Protection profiles (RFC 5764 §4.1.2, RFC 7714 §14.2; as SDES crypto-suites RFC 4568 §6.2). The one with the short
/// tag is for phones that ask for it by SDES; no DTLS handshake agrees on it.
enum class Profile : std::uint8_t { AeadAes128Gcm, Aes128CmSha1_80, Aes128CmSha1_32 };

/// "SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80", "SRTP_AES128_CM_SHA1_32".
[[nodiscard]] std::string_view name(Profile profile);

constexpr std::size_t kMasterKeyLength = 16;
constexpr std::size_t kMaxMasterSaltLength = 14;
[[nodiscard]] constexpr std::size_t salt_length(Profile profile) {
  return profile == Profile::AeadAes128Gcm ? 12 : kMaxMasterSaltLength;
}

/// The secret of one direction, from DTLS (RFC 5764 §4.2) or from SDES.
struct MasterKey {
  Profile profile = Profile::AeadAes128Gcm;
  std::array<std::uint8_t, kMasterKeyLength> key{};
  /// The first salt_length(profile) bytes count; the rest is zero.
  std::array<std::uint8_t, kMaxMasterSaltLength> salt{};

  friend bool operator==(const MasterKey&, const MasterKey&) = default;
};

}  // namespace webcalling::media::srtp
