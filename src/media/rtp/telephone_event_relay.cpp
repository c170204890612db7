#include "media/rtp/telephone_event_relay.hpp"

namespace webcalling::media {
TelephoneEventRelay::TelephoneEventRelay(std::uint32_t from_clock_rate, std::uint32_t to_clock_rate)
    : from_clock_rate_(from_clock_rate), to_clock_rate_(to_clock_rate) {}

std::optional<TelephoneEventPacket> TelephoneEventRelay::receive(const RtpHeader& header, Bytes payload,
                                                                 RtpTimestamp output_now) {
  const auto event = TelephoneEvent::parse(payload);
  if (!event) return std::nullopt;
  const bool begins = !continues(header, *event);
  if (begins) {
    if (is_late(header)) return std::nullopt;
    current_ = Current{.source = header.ssrc,
                       .highest = header.sequence,
                       .event = event->event,
                       .start = header.timestamp,
                       .segment = header.timestamp,
                       .output_start = output_now};
  }
  if (header.sequence.is_after(current_->highest)) current_->highest = header.sequence;
  if (header.timestamp.is_after(current_->segment)) current_->segment = header.timestamp;
  current_->ended = current_->ended || event->end;
  TelephoneEventPacket packet = rescale(header, *event);
  packet.marker = begins;
  return packet;
}

bool TelephoneEventRelay::continues(const RtpHeader& header, const TelephoneEvent& event) const {
  if (!current_ || current_->source != header.ssrc || current_->event != event.event) return false;
  if (header.timestamp == current_->start || header.timestamp == current_->segment) return true;
  const bool next_segment = header.timestamp == current_->segment + TelephoneEvent::kMaxDuration;
  return next_segment && !current_->ended && !header.marker;
}

bool TelephoneEventRelay::is_late(const RtpHeader& header) const {
  if (!current_ || current_->source != header.ssrc) return false;
  // The sequence comes round every 22 minutes, and an event may be long ago: the timestamp tells.
  const int ahead = header.sequence - current_->highest;
  return ahead <= 0 && ahead >= -kMaxMisorder && !header.timestamp.is_after(current_->segment);
}

TelephoneEventPacket TelephoneEventRelay::rescale(const RtpHeader& header, TelephoneEvent event) const {
  const std::uint64_t since_segment = static_cast<std::uint32_t>(header.timestamp - current_->start);
  const std::uint64_t total = (since_segment + event.duration) * to_clock_rate_ / from_clock_rate_;
  const auto segment_start = static_cast<std::uint32_t>(
      total == 0 ? 0 : (total - 1) / TelephoneEvent::kMaxDuration * TelephoneEvent::kMaxDuration);
  event.duration = static_cast<std::uint16_t>(total - segment_start);
  return {current_->output_start + segment_start, false, event};
}

}  // namespace webcalling::media
