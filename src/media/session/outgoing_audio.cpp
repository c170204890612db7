#include "media/session/outgoing_audio.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::media {
namespace {

/// Player and transcoder: the writer is told of every change from one to another, so that one number does for both.
constexpr StreamSource kProduced(0);

/// More than anybody types ahead.
constexpr std::size_t kMostDigits = 32;
constexpr Duration kShortestDigit = 40ms;
/// Between two keys: what a receiver of tones needs to tell them apart (ITU-T Q.24 wants 30 to 70 ms).
constexpr Duration kPauseBetweenDigits = 60ms;

/// What fits into the 16 bits of a telephone-event at this clock.
Duration longest_digit(std::uint32_t clock_rate) {
  return std::chrono::milliseconds(TelephoneEvent::kMaxDuration * 1000ULL / clock_rate);
}

}  // namespace

OutgoingAudio::OutgoingAudio(Ssrc ssrc, TimerQueue& timers, Random& random, const EncodingEffort& effort,
                             Transcoder::Bench& bench, PacketSink& sink)
    : timers_(timers),
      effort_(effort),
      bench_(bench),
      // The lower half of the circle, so that loss of the first packets cannot confuse SRTP's roll-over counter (RFC
      // 3711 section 3.3.1).
      writer_{ssrc, SequenceNumber(static_cast<std::uint16_t>(random.below(0x8000))), RtpTimestamp(random.u32()),
              timers.now()},
      sink_(sink),
      frame_timer_(timers, [this] { play_frame(); }),
      digit_timer_(timers, [this] { send_digit_packet(); }) {}

void OutgoingAudio::configure(const LegSettings& settings) {
  const bool same_form =
      settings_ && settings_->send.codec == settings.send.codec && settings_->ptime == settings.ptime;
  const bool same_events = settings_ && settings_->send_events == settings.send_events;
  settings_ = settings;
  if (!same_form) {
    transcoder_.reset();
    player_.reset();
  }
  // A key that is held down while the same is agreed again stays one key.
  if (!same_events) events_.reset();
  if (!same_events || !may_send()) drop_digits();
  if (!same_form || !may_send()) break_off();
  start_or_stop_player();
}

void OutgoingAudio::listen(const Source& source) {
  if (source == source_) return;
  source_ = source;
  player_.reset();
  transcoder_.reset();
  break_off();
  start_or_stop_player();
}

void OutgoingAudio::start_or_stop_player() {
  const bool is_sound = std::holds_alternative<Ringback>(source_) || std::holds_alternative<MusicOnHold>(source_) ||
                        std::holds_alternative<Reconnecting>(source_) || std::holds_alternative<Replay>(source_);
  if (!is_sound || !may_send()) return frame_timer_.stop();
  if (!player_) {
    auto player = Player::make(source_, settings_->send.codec, settings_->ptime);
    if (!player) return;
    player_ = std::make_unique<Player>(std::move(*player));
  }
  if (!frame_timer_.running()) frame_timer_.start(Duration::zero());
}

void OutgoingAudio::play_frame() {
  frame_timer_.start(player_->ptime());
  if (!sink_.ready()) return break_off();
  const auto frame = player_->next();
  if (!frame) return;
  const StreamFormat format = this->format();
  sink_.send(writer_.append(kProduced, frame->timestamp, format, timers_.now()), format.clock_rate, frame->payload);
}

void OutgoingAudio::hear(const HeardPacket& packet) {
  if (!may_send() || !sink_.ready()) return break_off();
  if (std::holds_alternative<Replay>(source_)) {
    if (player_) player_->hear(packet);
    return;
  }
  switch (packet.kind) {
    case HeardPacket::Kind::Audio: return hear_audio(packet);
    case HeardPacket::Kind::TelephoneEvent: return hear_event(packet);
    case HeardPacket::Kind::Other: break;
  }
  if (transcoder_) transcoder_->skip(packet.header.sequence);
}

void OutgoingAudio::hear_audio(const HeardPacket& packet) {
  if (packet.codec != settings_->send.codec) return transcode(packet);
  transcoder_.reset();
  forward(packet, format());
}

void OutgoingAudio::forward(const HeardPacket& packet, StreamFormat format) {
  if (const auto header = writer_.forward(packet.header, format, timers_.now())) {
    sink_.send(*header, format.clock_rate, packet.payload);
  }
}

void OutgoingAudio::transcode(const HeardPacket& packet) {
  if (!prepare_transcoder(packet)) return;
  const StreamFormat format = this->format();
  for (const auto& frame : transcoder_->receive(packet.header.sequence, packet.header.timestamp, packet.payload)) {
    sink_.send(writer_.append(kProduced, frame.timestamp, format, timers_.now()), format.clock_rate, frame.payload);
  }
}

bool OutgoingAudio::prepare_transcoder(const HeardPacket& packet) {
  const bool other_sender = std::exchange(transcoded_, packet.header.ssrc) != packet.header.ssrc;
  const bool fits = transcoder_ && transcoder_->from() == packet.codec;
  if (!fits) {
    auto made = Transcoder::make(bench_, packet.codec, settings_->send.codec, settings_->ptime, effort_.settings());
    if (!made) return false;
    transcoder_ = std::make_unique<Transcoder>(std::move(*made));
  }
  transcoder_->adapt(effort_.settings());
  if (!fits || other_sender) break_off();
  return true;
}

void OutgoingAudio::hear_event(const HeardPacket& packet) {
  if (transcoder_) transcoder_->skip(packet.header.sequence);
  const auto key = TelephoneEvent::parse(packet.payload);
  // Nobody was told by "fmtp: 0-15" to expect anything but the keys of a telephone.
  if (!settings_->send_events || !key || !digit_of(key->event)) return;
  const TelephoneEventMapping& mapping = *settings_->send_events;
  // Beside forwarded audio of the same clock a digit keeps its place in time.
  const bool same_clock = packet.clock_rate == mapping.clock_rate && packet.clock_rate == format().clock_rate;
  if (same_clock && !transcoder_) return forward(packet, {mapping.payload_type, mapping.clock_rate});

  if (!events_ || events_from_clock_ != packet.clock_rate) {
    events_.emplace(packet.clock_rate, mapping.clock_rate);
    events_from_clock_ = packet.clock_rate;
  }
  const RtpTimestamp now = writer_.timestamp_at(timers_.now(), mapping.clock_rate);
  const auto event = events_->receive(packet.header, packet.payload, now);
  if (!event) return;
  const auto header = writer_.replace(packet.header, event->timestamp, event->marker, mapping.payload_type);
  if (header) sink_.send(*header, mapping.clock_rate, event->event.write());
}

void OutgoingAudio::send_digit(char digit, Duration length) {
  const bool is_taken = may_send() && settings_->send_events && sink_.ready() && event_of(digit);
  if (!is_taken || digits_.size() >= kMostDigits) return;
  digits_.push_back({digit, length});
  if (!digit_timer_.running()) send_digit_packet();
}

/// The timer runs while a key is pressed and for the pause after it.
void OutgoingAudio::send_digit_packet() {
  if (!sink_.ready()) return drop_digits();
  if (!digit_sender_ || !digit_sender_->busy()) {
    if (digits_.empty()) return;
    start_digit(digits_.front());
    digits_.pop_front();
  }
  const TelephoneEventMapping& mapping = *settings_->send_events;
  if (const auto packet = digit_sender_->next()) {
    const RtpHeader header = writer_.insert(packet->timestamp, packet->marker, mapping.payload_type);
    sink_.send(header, mapping.clock_rate, packet->event.write());
  }
  digit_timer_.start(digit_sender_->busy() ? DigitSender::kInterval : kPauseBetweenDigits);
}

void OutgoingAudio::start_digit(const Digit& digit) {
  const std::uint32_t clock_rate = settings_->send_events->clock_rate;
  if (!digit_sender_) digit_sender_.emplace(clock_rate);
  const Duration length = std::clamp<Duration>(digit.length, kShortestDigit, longest_digit(clock_rate));
  // Both limits are kept, and it is a key: nothing is refused.
  (void)digit_sender_->start(digit.digit, writer_.timestamp_at(timers_.now(), clock_rate), length);
}

void OutgoingAudio::drop_digits() {
  digits_.clear();
  digit_sender_.reset();
  digit_timer_.stop();
}

/// What comes next is the start of something, even if its source is the same: time has passed, or it has changed.
void OutgoingAudio::break_off() {
  writer_.interrupt();
  if (transcoder_) transcoder_->restart();
}

StreamFormat OutgoingAudio::format() const {
  return {settings_->send.payload_type, traits_of(settings_->send.codec).clock_rate};
}

}  // namespace webcalling::media
