#include "base/random.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
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

namespace {

/// Bytes of the kernel that nobody has had yet. A call is some ten tags and keys, and each would be a system call.
class Supply {
 public:
  void take(std::span<std::uint8_t> out) {
    while (!out.empty()) {
      if (left_ == 0) renew();
      const std::size_t count = std::min(left_, out.size());
      const auto begin = bytes_.end() - static_cast<std::ptrdiff_t>(left_);
      const auto end = begin + static_cast<std::ptrdiff_t>(count);
      std::copy(begin, end, out.begin());
      // What was given away is nowhere else.
      std::fill(begin, end, std::uint8_t{0});
      left_ -= count;
      out = out.subspan(count);
    }
  }

 private:
  void renew() {
    // Up to 256 bytes come whole and are never refused once the kernel has started (getrandom(2)).
    while (::getrandom(bytes_.data(), bytes_.size(), 0) != static_cast<ssize_t>(bytes_.size())) {
      if (errno != EINTR) std::abort();
    }
    left_ = bytes_.size();
  }

  std::array<std::uint8_t, 256> bytes_{};
  std::size_t left_ = 0;
};

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
  // Each thread has its own, so that none waits for another.
  thread_local Supply supply;
  supply.take(out);
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::size_t at = 0; at < out.size(); at += 8) {
    const std::uint64_t word = engine_();
    std::memcpy(out.data() + at, &word, std::min<std::size_t>(8, out.size() - at));
  }
}

}  // namespace webcalling
