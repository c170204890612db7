#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

namespace webcalling::media::srtp {

/// Which packets of a stream there have been, by their index: the replay list of RFC 3711 §3.3.2.
class ReplayWindow {
 public:
  /// In packets; also how late a reordered packet may be.
  static constexpr std::uint64_t kSize = 1024;

  /// The index of the next packet with this sequence number: the one nearest to the highest so far (RFC 3711 §3.3.1).
  [[nodiscard]] std::uint64_t index_of(std::uint16_t sequence) const;
  /// Seen before, or too old to tell.
  [[nodiscard]] bool has_seen(std::uint64_t index) const;
  /// Only for what has not been seen.
  void add(std::uint64_t index);

 private:
  std::optional<std::uint64_t> highest_;
  /// Whether there was the packet with an index, by index modulo kSize, for the kSize indices up to the highest.
  std::bitset<kSize> seen_;
};

}  // namespace webcalling::media::srtp
