#pragma once

#include <cstdint>
#include <optional>

#include "media/rtp/packet.hpp"
#include "media/rtp/telephone_event.hpp"

namespace webcalling::media {

/// Tells each pressed key once, at the first packet of its event that arrives: whether its beginning, its middle or its
/// end was lost does not matter.
class DigitDetector {
 public:
  /// Any telephone-event packet. Nothing for further packets of a known event, for events that are no digit, and for
  /// malformed ones.
  [[nodiscard]] std::optional<char> receive(const RtpHeader& header, Bytes payload);

 private:
  struct Latest {
    Ssrc source;
    SequenceNumber sequence;
    RtpTimestamp timestamp;
    TelephoneEvent event;
  };

  [[nodiscard]] bool is_late(const RtpHeader& header) const;
  [[nodiscard]] bool is_new(const RtpHeader& header, const TelephoneEvent& event) const;

  std::optional<Latest> latest_;
};

}  // namespace webcalling::media
