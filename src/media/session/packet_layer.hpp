#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace webcalling::media {

/// What travels over one port.
enum class PacketLayer : std::uint8_t { Stun, Dtls, Rtp, Unknown };

/// By the first byte of a datagram (RFC 7983 section 7). Rtp is RTCP as well.
[[nodiscard]] inline PacketLayer layer_of(Bytes datagram) {
  if (datagram.empty()) return PacketLayer::Unknown;
  const std::uint8_t first = datagram[0];
  if (first <= 3) return PacketLayer::Stun;
  if (first >= 20 && first <= 63) return PacketLayer::Dtls;
  if (first >= 128 && first <= 191) return PacketLayer::Rtp;
  return PacketLayer::Unknown;
}

}  // namespace webcalling::media
