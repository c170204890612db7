#include "media/session/outgoing_audio.hpp"

namespace webcalling::media {

OutgoingAudio::OutgoingAudio(Ssrc ssrc, TimerQueue& timers, Random& random, Send send)
    : timers_(timers),
      // The lower half of the circle, so that loss of the first packets cannot confuse SRTP's roll-over counter (RFC
      // 3711 section 3.3.1).
      writer_(ssrc, SequenceNumber(static_cast<std::uint16_t>(random.below(0x8000))), RtpTimestamp(random.u32()),
              timers.now()),
      send_(std::move(send)),
      frame_timer_(timers, [this] { play_frame(); }) {}

void OutgoingAudio::configure(const LegSettings& settings) {
  const bool same_codec = settings_ && settings_->send.codec == settings.send.codec;
  settings_ = settings;
  if (!same_codec) {
    transcoder_.reset();
    player_.reset();
  }
  events_.reset();
  start_or_stop_player();
}

void OutgoingAudio::listen(const Source& source) {
  if (source == source_) return;
  source_ = source;
  ++generation_;
  player_.reset();
  transcoder_.reset();
  start_or_stop_player();
}

void OutgoingAudio::start_or_stop_player() {
  const bool wanted =
      may_send() && !std::holds_alternative<Silence>(source_) && !std::holds_alternative<OtherLeg>(source_);
  if (!wanted) return frame_timer_.stop();
  if (!player_) {
    auto player = Player::make(source_, settings_->send.codec);
    if (!player) return;
    player_.emplace(std::move(*player));
  }
  if (!frame_timer_.running()) frame_timer_.start(Duration::zero());
}

void OutgoingAudio::play_frame() {
  frame_timer_.start(Player::kFrame);
  const auto frame = player_->next();
  if (!frame) return;
  const StreamFormat format = this->format();
  const RtpHeader header = writer_.append(StreamSource(generation_), frame->timestamp, format, timers_.now());
  send_(header, format.clock_rate, frame->payload);
}

void OutgoingAudio::hear(const HeardPacket& packet) {
  if (!may_send()) return;
  if (packet.codec) return hear_audio(packet);
  hear_event(packet);
}

void OutgoingAudio::hear_audio(const HeardPacket& packet) {
  if (*packet.codec != settings_->send.codec) return transcode(packet);
  const StreamFormat format = this->format();
  if (const auto header = writer_.forward(packet.header, format, timers_.now())) {
    send_(*header, format.clock_rate, packet.payload);
  }
}

void OutgoingAudio::transcode(const HeardPacket& packet) {
  if (!transcoder_ || transcoder_->from() != *packet.codec) {
    auto made = Transcoder::make(*packet.codec, settings_->send.codec);
    if (!made) return;
    transcoder_ = std::make_unique<Transcoder>(std::move(*made));
    ++generation_;
  } else if (transcoded_ != packet.header.ssrc) {
    transcoder_->restart();
  }
  transcoded_ = packet.header.ssrc;
  const StreamFormat format = this->format();
  for (const auto& frame : transcoder_->receive(packet.header.sequence, packet.header.timestamp, packet.payload)) {
    const RtpHeader header = writer_.append(StreamSource(generation_), frame.timestamp, format, timers_.now());
    send_(header, format.clock_rate, frame.payload);
  }
}

void OutgoingAudio::hear_event(const HeardPacket& packet) {
  if (transcoder_) transcoder_->skip(packet.header.sequence);
  if (!settings_->send_events) return;
  const TelephoneEventMapping& mapping = *settings_->send_events;
  if (!events_ || events_from_clock_ != packet.clock_rate) {
    events_.emplace(packet.clock_rate, mapping.clock_rate);
    events_from_clock_ = packet.clock_rate;
  }
  const RtpTimestamp now = writer_.timestamp_at(timers_.now(), mapping.clock_rate);
  const auto event = events_->receive(packet.header, packet.payload, now);
  if (!event) return;
  const auto header = writer_.replace(packet.header, event->timestamp, event->marker, mapping.payload_type);
  if (header) send_(*header, mapping.clock_rate, event->event.write());
}

StreamFormat OutgoingAudio::format() const {
  return {settings_->send.payload_type, traits_of(settings_->send.codec).clock_rate};
}

}  // namespace webcalling::media
