#include "media/stun/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "media/stun/message.hpp"

namespace webcalling::media::stun {
namespace {

/// CRC-32 of ITU-T V.42, the one that RFC 8489 §14.7 means, one byte at a time.
constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) remainder = remainder >> 1 ^ (remainder & 1 ? 0xEDB88320U : 0U);
    table[byte] = remainder;
  }
  return table;
}

constexpr auto kCrcTable = make_crc_table();

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t remainder = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) remainder = remainder >> 8 ^ kCrcTable[(remainder ^ byte) & 0xFF];
  return ~remainder;
}

}  // namespace

std::array<std::uint8_t, kIntegrityLength> integrity_of(Bytes message, std::string_view key) {
  ByteVector covered(message.begin(), message.end());
  const std::size_t length = message.size() - kHeaderLength + 4 + kIntegrityLength;
  covered[2] = static_cast<std::uint8_t>(length >> 8);
  covered[3] = static_cast<std::uint8_t>(length);

  std::array<std::uint8_t, kIntegrityLength> digest{};
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), covered.data(), covered.size(), digest.data(), nullptr);
  return digest;
}

bool equal_in_constant_time(Bytes a, Bytes b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::uint32_t fingerprint_of(Bytes message) { return crc32(message) ^ 0x5354554EU; }

}  // namespace webcalling::media::stun
