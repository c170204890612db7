#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "media/codec/decoder.hpp"
#include "media/dsp/audio_source.hpp"
#include "media/session/heard_packet.hpp"

namespace webcalling::media {

/// Somebody's first four seconds, heard again four seconds later: for an audio check. Both are counted from the first
/// packet; before, in between and afterwards there is silence. What was lost on the way is concealed as in a call, or
/// is silence. The memory is that of four seconds and is there from the beginning.
class RecordedVoice final : public AudioSource {
 public:
  static constexpr Duration kLength = 4s;

  /// `sample_rate`: 8000 or 16000 Hz, one that the decoders of the recorded packets know; others are not heard.
  explicit RecordedVoice(std::uint32_t sample_rate);

  [[nodiscard]] std::uint32_t sample_rate() const override { return sample_rate_; }
  void generate(std::span<std::int16_t> out) override;

  void hear(const HeardPacket& packet);

 private:
  /// The stream that is recorded: where its timestamps count from.
  struct Stream {
    Ssrc ssrc;
    CodecId codec = CodecId::Pcmu;
    RtpTimestamp begin;
    std::unique_ptr<Decoder> decoder;
  };

  static constexpr std::size_t kMaxRate = 16000;
  static constexpr std::size_t kMaxDecoded = kMaxRate / 1000 * Decoder::kMaxPayloadMilliseconds;

  [[nodiscard]] bool follow(const HeardPacket& packet);
  [[nodiscard]] std::optional<std::size_t> place_of(const HeardPacket& packet) const;
  void bridge_gap(std::size_t place, Bytes next);

  std::uint32_t sample_rate_;
  std::vector<std::int16_t> samples_;
  std::optional<Stream> stream_;
  /// The sample after the last one that was recorded.
  std::size_t recorded_ = 0;
  /// How many samples were generated since the first packet; stands still after twice the length.
  std::size_t elapsed_ = 0;
};

}  // namespace webcalling::media
