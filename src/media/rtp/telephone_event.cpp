#include "media/rtp/telephone_event.hpp"

#include <string_view>

namespace webcalling::media {
namespace {

/// RFC 4733, section 3.2: the events in their order.
constexpr std::string_view kDigits = "0123456789*#ABCD";

}  // namespace

Result<TelephoneEvent> TelephoneEvent::parse(Bytes payload) {
  if (payload.size() < kSize) return malformed("telephone-event: {} bytes are fewer than four", payload.size());
  ByteReader in(payload);
  TelephoneEvent event;
  event.event = in.u8();
  const std::uint8_t flags = in.u8();
  event.end = (flags & 0x80) != 0;
  event.volume = flags & 0x3f;
  event.duration = in.u16();
  return event;
}

std::array<std::uint8_t, TelephoneEvent::kSize> TelephoneEvent::write() const {
  return {event, static_cast<std::uint8_t>((end ? 0x80 : 0) | (volume & 0x3f)),
          static_cast<std::uint8_t>(duration >> 8), static_cast<std::uint8_t>(duration)};
}

std::optional<char> digit_of(std::uint8_t event) {
  return event < kDigits.size() ? std::optional(kDigits[event]) : std::nullopt;
}

std::optional<std::uint8_t> event_of(char digit) {
  const bool is_lower_letter = digit >= 'a' && digit <= 'd';
  const auto at = kDigits.find(is_lower_letter ? static_cast<char>(digit - 'a' + 'A') : digit);
  return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<std::uint8_t>(at));
}

}  // namespace webcalling::media
