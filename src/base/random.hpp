#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace webcalling {

/// Where tags, branches, keys and ports come from. Given as an argument, so that a test repeats exactly.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t u64();
  std::uint32_t u32() { return static_cast<std::uint32_t>(u64()); }
  /// A uniform value in [0, bound); `bound` > 0.
  std::uint64_t below(std::uint64_t bound);
  /// `length` characters of [0-9a-zA-Z], usable as SIP token, ICE ufrag or password; 5.95 bits each.
  std::string token(std::size_t length);
};

/// The kernel's generator: what the server uses. Secrets come from nowhere else.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

/// Repeatable: for tests and simulations only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace webcalling
