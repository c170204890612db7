#pragma once

#include <cstdint>
#include <span>

namespace webcalling::media::srtp {

/// XORs SSRC and packet index, in network order, into ten bytes of a salt: what makes the nonce of each packet its own
/// (RFC 3711 §4.1.1, RFC 7714 §8.1 and §9.1).
inline void mix_in(std::span<std::uint8_t, 10> salt, std::uint32_t ssrc, std::uint64_t index) {
  for (std::size_t i = 0; i < 4; ++i) salt[i] ^= static_cast<std::uint8_t>(ssrc >> (8 * (3 - i)));
  for (std::size_t i = 0; i < 6; ++i) salt[4 + i] ^= static_cast<std::uint8_t>(index >> (8 * (5 - i)));
}

}  // namespace webcalling::media::srtp
