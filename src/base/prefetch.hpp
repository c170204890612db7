#pragma once

#include <cstddef>

namespace webcalling {

/// Begins to bring what lies at `begin` into the cache, and does not wait for it. Of any address; nothing is read.
///
/// For what a packet of one call among many needs: some thirty lines of memory that nobody has looked at since the last
/// packet of that call. To wait for them one after the other was four fifths of what our own code takes for a relayed
/// packet (docs/performance.md).
inline void prefetch(const void* begin, std::size_t size) {
  constexpr std::size_t kCacheLine = 64;
  const auto* bytes = static_cast<const char*>(begin);
  for (std::size_t offset = 0; offset < size; offset += kCacheLine) __builtin_prefetch(bytes + offset);
}

}  // namespace webcalling
