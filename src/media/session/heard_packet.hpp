#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "media/codec/codec_id.hpp"
#include "media/rtp/packet.hpp"

namespace webcalling::media {

/// A packet of one leg that others may hear, in the clear. It lives no longer than the datagram it came in.
struct HeardPacket {
  enum class Kind : std::uint8_t {
    Audio,
    TelephoneEvent,
    Other,  ///< nothing to hear (keep-alive, comfort noise), but its sequence number is not missing
  };

  RtpHeader header;
  Bytes payload;
  Kind kind = Kind::Other;
  /// Of Kind::Audio.
  CodecId codec = CodecId::Pcmu;
  /// Of the packet's payload type, in Hz.
  std::uint32_t clock_rate = 8000;
};

}  // namespace webcalling::media
