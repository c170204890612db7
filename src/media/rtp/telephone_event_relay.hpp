#pragma once

#include <cstdint>
#include <optional>

#include "media/rtp/packet.hpp"
#include "media/rtp/telephone_event.hpp"

namespace webcalling::media {

/// Carries telephone-events from a leg with one RTP clock to a leg with another (48000 beside Opus, 8000 beside G.711).
/// Every packet of an event keeps the timestamp of the event's start; the repeated end packets stay as many as they
/// were. RFC 4733, section 2.5.1.3: an event too long for 16 bits at the faster clock is cut into segments, and
/// segments are joined again where they fit.
class TelephoneEventRelay {
 public:
  TelephoneEventRelay(std::uint32_t from_clock_rate, std::uint32_t to_clock_rate);

  /// `output_now` is the outgoing stream's time (StreamWriter::timestamp_at) and becomes the event's timestamp if this
  /// is the first packet of an event. Nothing for a malformed packet, and for a late one of an event before the current
  /// one.
  [[nodiscard]] std::optional<TelephoneEventPacket> receive(const RtpHeader& header, Bytes payload,
                                                            RtpTimestamp output_now);

 private:
  struct Current {
    Ssrc source;
    SequenceNumber highest;
    std::uint8_t event = 0;
    bool ended = false;
    RtpTimestamp start;         ///< in the source's clock
    RtpTimestamp segment;       ///< where the source's latest segment begins
    RtpTimestamp output_start;  ///< in the outgoing clock
  };

  [[nodiscard]] bool continues(const RtpHeader& header, const TelephoneEvent& event) const;
  [[nodiscard]] bool is_late(const RtpHeader& header) const;
  [[nodiscard]] TelephoneEventPacket rescale(const RtpHeader& header, TelephoneEvent event) const;

  std::uint32_t from_clock_rate_;
  std::uint32_t to_clock_rate_;
  std::optional<Current> current_;
};

}  // namespace webcalling::media
