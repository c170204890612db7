#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/rtp/types.hpp"

namespace webcalling::media {

/// The payload of one telephone-event packet, RFC 4733, section 2.3.
struct TelephoneEvent {
  static constexpr std::size_t kSize = 4;
  /// Of a packet, and so of every segment but the last of a longer event (RFC 4733, section 2.5.1.3).
  static constexpr std::uint16_t kMaxDuration = 0xffff;

  std::uint8_t event = 0;  ///< 0..9 digits, 10 '*', 11 '#', 12..15 A..D, 16 flash
  bool end = false;
  std::uint8_t volume = 10;    ///< 0..63, in -dBm0
  std::uint16_t duration = 0;  ///< ticks of the RTP clock since the packet's timestamp

  /// Takes the first event of the payload; longer payloads (RFC 4733, section 2.5.1.5 packs several) keep their rest
  /// unread.
  static Result<TelephoneEvent> parse(Bytes payload);
  [[nodiscard]] std::array<std::uint8_t, kSize> write() const;

  friend bool operator==(const TelephoneEvent&, const TelephoneEvent&) = default;
};

/// A telephone-event packet to send: what StreamWriter::insert and replace want to know, and the payload.
struct TelephoneEventPacket {
  RtpTimestamp timestamp;
  bool marker = false;
  TelephoneEvent event;
};

/// '0'..'9', '*', '#', 'A'..'D'; nothing for events that are no DTMF digit.
[[nodiscard]] std::optional<char> digit_of(std::uint8_t event);
/// Also takes 'a'..'d'.
[[nodiscard]] std::optional<std::uint8_t> event_of(char digit);

}  // namespace webcalling::media
