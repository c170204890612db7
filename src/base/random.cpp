#include "base/random.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace webcalling {

std::uint64_t Random::u64() {
  std::array<std::uint8_t, 8> bytes{};
  fill(bytes);
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Values under the threshold would favour small results.
  const std::uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    if (const std::uint64_t value = u64(); value >= threshold) return value % bound;
  }
}

std::string Random::token(std::size_t length) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    std::array<std::uint8_t, 32> bytes{};
    fill(bytes);
    for (const std::uint8_t byte : bytes) {
      // 248 is the largest multiple of 62 in a byte: what lies above would favour the first characters.
      if (byte < 248 && text.size() < length) text.push_back(kAlphabet[byte % kAlphabet.size()]);
    }
  }
  return text;
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  // libstdc++'s random_device draws from the processor or the kernel (getrandom), never from a seed.
  static_assert(sizeof(std::random_device::result_type) == 4);
  std::random_device device;
  for (std::size_t at = 0; at < out.size(); at += 4) {
    const auto word = device();
    std::memcpy(out.data() + at, &word, std::min<std::size_t>(4, out.size() - at));
  }
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::size_t at = 0; at < out.size(); at += 8) {
    const std::uint64_t word = engine_();
    std::memcpy(out.data() + at, &word, std::min<std::size_t>(8, out.size() - at));
  }
}

}  // namespace webcalling
