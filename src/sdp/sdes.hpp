#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "sdp/attributes.hpp"

namespace webcalling::sdp {

// SDES (RFC 4568): SRTP keys that travel in the descriptions themselves, in a=crypto lines.

/// The crypto-suites that we can do (RFC 4568 §6.2, RFC 7714 §14.2).
enum class CryptoSuite { AeadAes128Gcm, AesCm128HmacSha1_80, AesCm128HmacSha1_32 };

/// In the order in which we offer them: the cheapest to compute first.
inline constexpr std::array kCryptoSuites{CryptoSuite::AeadAes128Gcm, CryptoSuite::AesCm128HmacSha1_80,
                                          CryptoSuite::AesCm128HmacSha1_32};

/// "AEAD_AES_128_GCM"
[[nodiscard]] std::string_view text(CryptoSuite suite);
/// How many bytes master key and master salt have together.
[[nodiscard]] std::size_t key_and_salt_length(CryptoSuite suite);

/// What one side protects its packets with: the master key, and behind it the master salt.
struct SdesKey {
  CryptoSuite suite = CryptoSuite::AesCm128HmacSha1_80;
  ByteVector key_and_salt;  ///< key_and_salt_length(suite) bytes

  friend bool operator==(const SdesKey&, const SdesKey&) = default;
};

/// A key of the other side, and the tag of its line, by which an answer says which line of the offer it takes.
struct SdesPeer {
  std::uint32_t tag = 1;
  SdesKey key;

  friend bool operator==(const SdesPeer&, const SdesPeer&) = default;
};

/// The key of a line that we can do as it stands; nothing if it has another suite, a key of another length, an invalid
/// lifetime, a master key identifier, or a session parameter that may not be passed over.
[[nodiscard]] std::optional<SdesKey> usable_key(const Crypto& crypto);

/// The first usable line, the offerer's order being that of its preference (RFC 4568 §5.1.2). Of two lines with one tag
/// the first counts, since an answer could not tell them apart.
[[nodiscard]] std::optional<SdesPeer> first_usable(const std::vector<Crypto>& lines);

/// The line by which we tell a key of ours.
[[nodiscard]] Crypto crypto_line(std::uint32_t tag, const SdesKey& key);

}  // namespace webcalling::sdp
