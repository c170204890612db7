#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "media/codec/codec_id.hpp"
#include "media/rtp/packet.hpp"
#include "media/session/leg_settings.hpp"

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

/// A packet of `talker` on its way to a listener who lives on another media loop. It holds its own copy of the payload,
/// in place, so that handing it over allocates nothing.
class LentPacket {
 public:
  /// An Ethernet frame's worth of UDP; a longer payload is cut off, but nobody could forward one.
  static constexpr std::size_t kMaxPayload = 1472;

  LentPacket(LegId talker, LegId listener, const HeardPacket& packet)
      : talker_(talker), listener_(listener), packet_(packet), size_(std::min(packet.payload.size(), kMaxPayload)) {
    std::copy_n(packet.payload.begin(), size_, payload_.begin());
    packet_.payload = {};
  }
  // Only what is there is copied: usually a tenth of the buffer.
  LentPacket(const LentPacket& other)
      : talker_(other.talker_), listener_(other.listener_), packet_(other.packet_), size_(other.size_) {
    std::copy_n(other.payload_.begin(), size_, payload_.begin());
  }
  LentPacket& operator=(const LentPacket& other) {
    if (this == &other) return *this;
    talker_ = other.talker_;
    listener_ = other.listener_;
    packet_ = other.packet_;
    size_ = other.size_;
    std::copy_n(other.payload_.begin(), size_, payload_.begin());
    return *this;
  }

  [[nodiscard]] LegId talker() const { return talker_; }
  [[nodiscard]] LegId listener() const { return listener_; }
  /// Valid as long as this is.
  [[nodiscard]] HeardPacket packet() const {
    HeardPacket packet = packet_;
    packet.payload = Bytes(payload_).first(size_);
    return packet;
  }

 private:
  LegId talker_;
  LegId listener_;
  HeardPacket packet_;
  std::size_t size_;
  // Only the first size_ bytes mean anything.
  std::array<std::uint8_t, kMaxPayload> payload_;
};

}  // namespace webcalling::media
