#include "media/session/player.hpp"

#include "media/dsp/hold_music.hpp"
#include "media/dsp/tone_generator.hpp"

namespace webcalling::media {
namespace {

std::uint32_t rate_for(const Source& source, CodecId codec) {
  // What is recorded need not be finer than speech is.
  return std::holds_alternative<Replay>(source) ? common_rate(codec, codec) : traits_of(codec).audio_rate;
}

}  // namespace

Player::Sound Player::make_sound(const Source& source, std::uint32_t rate) {
  if (std::holds_alternative<Ringback>(source)) return {std::make_unique<ToneGenerator>(tones::ringback(), rate)};
  if (std::holds_alternative<MusicOnHold>(source)) return {std::make_unique<HoldMusic>(rate)};
  if (std::holds_alternative<Reconnecting>(source)) {
    return {std::make_unique<ToneGenerator>(tones::reconnecting(), rate)};
  }
  if (!std::holds_alternative<Replay>(source)) return {};
  auto recording = std::make_unique<RecordedVoice>(rate);
  auto* const itself = recording.get();
  return {std::move(recording), itself};
}

Result<Player> Player::make(const Source& source, CodecId codec, std::chrono::milliseconds ptime) {
  const std::uint32_t rate = rate_for(source, codec);
  auto sound = make_sound(source, rate);
  if (!sound.audio) return unsupported("Playing to a leg: there is nothing to play");
  auto encoder = make_encoder(codec, rate);
  if (!encoder) return Failure(std::move(encoder.error()));
  return Player(codec, ptime, std::move(sound), std::move(*encoder));
}

Player::Player(CodecId codec, std::chrono::milliseconds ptime, Sound sound, std::unique_ptr<Encoder> encoder)
    : codec_(codec),
      ptime_(ptime),
      audio_(std::move(sound.audio)),
      recording_(sound.recording),
      encoder_(std::move(encoder)) {}

Result<Player::Frame> Player::next() {
  const std::span<std::int16_t> pcm(pcm_.data(), to_ticks(ptime_, encoder_->sample_rate()));
  audio_->generate(pcm);
  const auto size = encoder_->encode(pcm, payload_);
  if (!size) return Failure(size.error());
  const Frame frame{Bytes(payload_).first(*size), timestamp_};
  timestamp_ += to_ticks(ptime_, traits_of(codec_).clock_rate);
  return frame;
}

}  // namespace webcalling::media
