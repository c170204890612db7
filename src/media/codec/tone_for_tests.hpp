#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "media/codec/encoder.hpp"
#include "media/dsp/tone_generator.hpp"

namespace webcalling::media {

using Payload = std::vector<std::uint8_t>;

/// A party that hums 1 kHz: payloads of one codec at its highest rate, as a real phone would make them.
class Humming {
 public:
  static constexpr double kFrequency = 1000;

  explicit Humming(CodecId codec, std::uint32_t rate, Duration packet = 20ms)
      : encoder_(make_encoder(codec, rate).value()),
        tone_(tones::continuous(kFrequency, -15), rate),
        samples_(static_cast<std::size_t>(packet / 1ms) * rate / 1000) {}

  Payload next() {
    std::vector<std::int16_t> pcm(samples_);
    tone_.generate(pcm);
    Payload payload(2000);
    payload.resize(encoder_->encode(pcm, payload).value());
    return payload;
  }

 private:
  std::unique_ptr<Encoder> encoder_;
  ToneGenerator tone_;
  std::size_t samples_;
};

inline void append(std::vector<std::int16_t>& all, std::span<const std::int16_t> more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace webcalling::media
