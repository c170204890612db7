#include "media/rtp/digit_sender.hpp"

#include <algorithm>

namespace webcalling::media {
namespace {

constexpr Duration kShortest = 40ms;
/// RFC 4733, section 2.5.1.4: "the final packet ... SHOULD be transmitted a total of three times".
constexpr int kEndPackets = 3;

}  // namespace

Result<void> DigitSender::start(char digit, RtpTimestamp start, Duration length) {
  const auto event = event_of(digit);
  if (!event) return refused("sending a digit: '{}' is no DTMF digit", digit);
  const std::uint32_t ticks = to_ticks(length, clock_rate_);
  if (length < kShortest || ticks > TelephoneEvent::kMaxDuration) {
    return refused("sending digit {}: its length is not between 40 ms and 65535 ticks of the clock", digit);
  }
  packet_ = {start, false, {.event = *event}};
  length_ = static_cast<std::uint16_t>(ticks);
  ends_left_ = kEndPackets;
  return {};
}

std::optional<TelephoneEventPacket> DigitSender::next() {
  if (ends_left_ == 0) return std::nullopt;
  TelephoneEvent& event = packet_.event;
  packet_.marker = event.duration == 0;
  event.duration =
      static_cast<std::uint16_t>(std::min<std::uint32_t>(event.duration + to_ticks(kInterval, clock_rate_), length_));
  event.end = event.duration == length_;
  if (event.end) --ends_left_;
  return packet_;
}

}  // namespace webcalling::media
