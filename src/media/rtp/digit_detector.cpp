#include "media/rtp/digit_detector.hpp"

namespace webcalling::media {
std::optional<char> DigitDetector::receive(const RtpHeader& header, Bytes payload) {
  const auto event = TelephoneEvent::parse(payload);
  if (!event) return std::nullopt;
  if (is_late(header)) return std::nullopt;
  const bool pressed = is_new(header, *event);
  latest_ = Latest{header.ssrc, header.sequence, header.timestamp, *event};
  return pressed ? digit_of(event->event) : std::nullopt;
}

bool DigitDetector::is_late(const RtpHeader& header) const {
  if (!latest_ || latest_->source != header.ssrc) return false;
  // The sequence comes round every 22 minutes, and a key may be long ago: the timestamp tells.
  const int ahead = header.sequence - latest_->sequence;
  return ahead <= 0 && ahead >= -kMaxMisorder && !header.timestamp.is_after(latest_->timestamp);
}

bool DigitDetector::is_new(const RtpHeader& header, const TelephoneEvent& event) const {
  if (!latest_ || latest_->source != header.ssrc) return true;
  if (header.timestamp == latest_->timestamp) return false;
  const bool next_segment =
      header.timestamp == latest_->timestamp + TelephoneEvent::kMaxDuration && event.event == latest_->event.event;
  return !next_segment || latest_->event.end || header.marker;
}

}  // namespace webcalling::media
