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

Result<Player> Player::make(const Source& source, CodecId codec) {
  const std::uint32_t rate = traits_of(codec).audio_rate;
  auto audio = make_audio(source, rate);
  if (!audio) return unsupported("Playing to a leg: there is nothing to play");
  auto encoder = make_encoder(codec, rate);
  if (!encoder) return Failure(std::move(encoder.error()));
  return Player(codec, std::move(audio), std::move(*encoder));
}

Player::Player(CodecId codec, std::unique_ptr<AudioSource> audio, std::unique_ptr<Encoder> encoder)
    : codec_(codec), audio_(std::move(audio)), encoder_(std::move(encoder)) {}

Result<Player::Frame> Player::next() {
  const std::size_t samples = encoder_->sample_rate() / 50;
  const std::span<std::int16_t> pcm(pcm_.data(), samples);
  audio_->generate(pcm);
  const auto size = encoder_->encode(pcm, payload_);
  if (!size) return Failure(size.error());
  const Frame frame{Bytes(payload_).first(*size), timestamp_};
  timestamp_ += to_ticks(kFrame, traits_of(codec_).clock_rate);
  return frame;
}

}  // namespace webcalling::media
