#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "media/srtp/master_key.hpp"

namespace webcalling::media::srtp {

/// RTP and RTCP have session keys of their own.
enum class PacketKind : std::uint8_t { Rtp, Rtcp };

/// What a session key is for; with the kind of packet, the label of RFC 3711 §4.3.2.
enum class KeyUse : std::uint8_t { Encryption = 0, Authentication = 1, Salt = 2 };

/// Fills `out` (at most 32 bytes) with the session key of that use (RFC 3711 §4.3.1, with a key derivation rate of
/// zero; RFC 7714 §11 takes the same for GCM). False if OpenSSL could not compute it.
[[nodiscard]] bool derive_session_key(const MasterKey& master, PacketKind kind, KeyUse use, MutableBytes out);

}  // namespace webcalling::media::srtp
