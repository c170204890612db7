#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/codec/codec_id.hpp"

namespace webcalling::media {

/// Only Opus has anything to set.
struct EncoderSettings {
  std::uint32_t bit_rate = 0;  ///< bit/s; 0: what suits the PCM rate (24000 at 8 kHz, 32000 from 16 kHz)
  bool forward_error_correction = true;
  std::uint32_t expected_loss_percent = 10;  ///< how much of the rate goes into error correction
  std::uint32_t complexity = 5;              ///< 0..10
  /// Without SILK: a third of the work, and no error correction.
  bool celt_alone = false;

  friend bool operator==(const EncoderSettings&, const EncoderSettings&) = default;
};

/// Turns mono 16-bit PCM at one rate into payloads. Never allocates after construction, unless to say what was wrong.
class Encoder {
 public:
  /// The longest packet that we make, and room for it with any codec here.
  static constexpr std::size_t kMaxPayloadMilliseconds = 60;
  static constexpr std::size_t kMaxBytesPerMillisecond = 20;
  static constexpr std::size_t kMaxPayload = kMaxPayloadMilliseconds * kMaxBytesPerMillisecond;

  virtual ~Encoder() = default;

  [[nodiscard]] virtual std::uint32_t sample_rate() const = 0;

  /// The payload's size. `pcm` is 10, 20, 40 or 60 ms for Opus, any whole number of milliseconds for the others;
  /// Refused otherwise, or if `out` is too small.
  virtual Result<std::size_t> encode(std::span<const std::int16_t> pcm, MutableBytes out) = 0;

  /// From the next packet on, and not to be heard; what is out of range changes nothing.
  virtual void adapt(const EncoderSettings& /*settings*/) {}
};

/// Rates as for make_decoder.
[[nodiscard]] Result<std::unique_ptr<Encoder>> make_encoder(CodecId codec, std::uint32_t sample_rate,
                                                            const EncoderSettings& settings = {});

}  // namespace webcalling::media
