#include "media/session/recorded_voice.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "media/codec/transcoder.hpp"

namespace webcalling::media {

RecordedVoice::RecordedVoice(std::uint32_t sample_rate)
    : sample_rate_(sample_rate), samples_(to_ticks(kLength, sample_rate)) {}

void RecordedVoice::generate(std::span<std::int16_t> out) {
  std::fill(out.begin(), out.end(), std::int16_t{0});
  if (!stream_) return;
  for (std::int16_t& sample : out) {
    if (elapsed_ >= 2 * samples_.size()) return;
    if (elapsed_ >= samples_.size()) sample = samples_[elapsed_ - samples_.size()];
    ++elapsed_;
  }
}

void RecordedVoice::hear(const HeardPacket& packet) {
  if (packet.kind != HeardPacket::Kind::Audio || elapsed_ >= samples_.size() || !follow(packet)) return;
  const auto place = place_of(packet);
  if (!place) return;
  bridge_gap(*place, packet.payload);
  std::array<std::int16_t, kMaxDecoded> pcm;
  const auto decoded = stream_->decoder->decode(packet.payload, pcm);
  if (!decoded) return;
  const std::size_t fitting = std::min(*decoded, samples_.size() - *place);
  std::copy_n(pcm.begin(), fitting, samples_.begin() + static_cast<std::ptrdiff_t>(*place));
  recorded_ = *place + fitting;
}

/// Another sender or codec goes on where the last one stopped. False if we cannot decode it.
bool RecordedVoice::follow(const HeardPacket& packet) {
  const RtpHeader& header = packet.header;
  if (stream_ && stream_->ssrc == header.ssrc && stream_->codec == packet.codec) return true;
  auto decoder = make_decoder(packet.codec, sample_rate_);
  if (!decoder) return false;
  const std::uint64_t ticks_before = std::uint64_t{recorded_} * packet.clock_rate / sample_rate_;
  const RtpTimestamp begin = header.timestamp + static_cast<std::uint32_t>(0 - ticks_before);
  stream_ = Stream{header.ssrc, packet.codec, begin, std::move(*decoder)};
  return true;
}

/// Nothing for what is late, or beyond the end.
std::optional<std::size_t> RecordedVoice::place_of(const HeardPacket& packet) const {
  const auto ticks = static_cast<std::uint32_t>(packet.header.timestamp - stream_->begin);
  const std::uint64_t place = std::uint64_t{ticks} * sample_rate_ / packet.clock_rate;
  if (place < recorded_ || place >= samples_.size()) return std::nullopt;
  return static_cast<std::size_t>(place);
}

/// A longer gap stays the silence that is there.
void RecordedVoice::bridge_gap(std::size_t place, Bytes next) {
  const std::size_t gap = place - recorded_;
  // Decoder::conceal wants whole multiples of 2.5 ms.
  if (gap == 0 || gap > to_ticks(Transcoder::kLongestConcealment, sample_rate_) || gap % (sample_rate_ / 400) != 0) {
    return;
  }
  stream_->decoder->conceal(std::span(samples_).subspan(recorded_, gap), next);
}

}  // namespace webcalling::media
