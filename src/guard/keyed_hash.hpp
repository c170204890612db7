#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/network.hpp"
#include "base/random.hpp"

namespace webcalling::guard {

/// Where an address stands in our tables: nobody who does not know the key can choose addresses that meet there.
class KeyedHash {
 public:
  explicit KeyedHash(Random& random) : key_(random.u64()), factor_(random.u64() | 1) {}

  std::size_t operator()(const IpAddress& address) const {
    const Bytes bytes = address.bytes();
    std::uint64_t hash = key_ + bytes.size();
    for (const std::uint8_t byte : bytes) hash = mix(hash ^ byte);
    return static_cast<std::size_t>(hash);
  }

 private:
  [[nodiscard]] std::uint64_t mix(std::uint64_t value) const {
    value *= factor_;
    return value ^ value >> 29;
  }

  std::uint64_t key_;
  std::uint64_t factor_;
};

}  // namespace webcalling::guard
