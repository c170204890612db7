#pragma once

#include <bit>
#include <cstdint>

/// ITU-T G.711: one byte a sample on a logarithmic scale. PCM is 16-bit, of which mu-law keeps the upper 14 and A-law
/// the upper 13 bits.
namespace webcalling::media::g711 {

[[nodiscard]] constexpr std::uint8_t to_mu_law(std::int16_t pcm) {
  constexpr int kBias = 132;  // makes every segment begin at a power of two
  constexpr int kClip = 32635;
  const int sign = pcm < 0 ? 0x80 : 0;
  const int clear = pcm < 0 ? -int{pcm} : pcm;
  const int magnitude = (clear < kClip ? clear : kClip) + kBias;
  const int segment = static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude))) - 8;
  const int step = magnitude >> (segment + 3) & 0x0f;
  return static_cast<std::uint8_t>(~(sign | segment << 4 | step));
}

[[nodiscard]] constexpr std::int16_t from_mu_law(std::uint8_t code) {
  const int bits = ~code & 0xff;
  const int magnitude = ((((bits & 0x0f) << 3) + 132) << (bits >> 4 & 7)) - 132;
  return static_cast<std::int16_t>((bits & 0x80) != 0 ? -magnitude : magnitude);
}

[[nodiscard]] constexpr std::uint8_t to_a_law(std::int16_t pcm) {
  // Even bits are inverted on the wire; the sign bit is set for positive samples.
  const int mask = pcm < 0 ? 0x55 : 0xd5;
  const int magnitude = (pcm < 0 ? ~int{pcm} : pcm) >> 3;
  const int width = static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude)));
  const int segment = width > 5 ? width - 5 : 0;
  const int step = magnitude >> (segment == 0 ? 1 : segment) & 0x0f;
  return static_cast<std::uint8_t>((segment << 4 | step) ^ mask);
}

[[nodiscard]] constexpr std::int16_t from_a_law(std::uint8_t code) {
  const int bits = code ^ 0x55;
  const int segment = bits >> 4 & 7;
  const int step = (bits & 0x0f) << 4;
  const int magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return static_cast<std::int16_t>((bits & 0x80) != 0 ? magnitude : -magnitude);
}

}  // namespace webcalling::media::g711
