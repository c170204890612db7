#include "media/session/player.hpp"

#include "media/dsp/hold_music.hpp"
#include "media/dsp/tone_generator.hpp"

namespace webcalling::media {
namespace {

std::unique_ptr<AudioSource> make_audio(const Source& source, std::uint32_t rate) {
  if (std::holds_alternative<Ringback>(source)) return std::make_unique<ToneGenerator>(tones::ringback(), rate);
  if (std::holds_alternative<MusicOnHold>(source)) return std::make_unique<HoldMusic>(rate);
  return nullptr;
}

}  // namespace

Result<Player> Player::make(const Source& source, CodecId codec, std::chrono::milliseconds ptime) {
  const std::uint32_t rate = traits_of(codec).audio_rate;
  auto audio = make_audio(source, rate);
  if (!audio) return unsupported("Playing to a leg: there is nothing to play");
  auto encoder = make_encoder(codec, rate);
  if (!encoder) return Failure(std::move(encoder.error()));
  return Player(codec, ptime, std::move(audio), std::move(*encoder));
}

Player::Player(CodecId codec, std::chrono::milliseconds ptime, std::unique_ptr<AudioSource> audio,
               std::unique_ptr<Encoder> encoder)
    : codec_(codec), ptime_(ptime), audio_(std::move(audio)), encoder_(std::move(encoder)) {}

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
