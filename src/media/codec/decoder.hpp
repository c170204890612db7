#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/codec/codec_id.hpp"

namespace webcalling::media {

/// Turns the payloads of one stream, in order, into mono 16-bit PCM at one rate. Never allocates after construction,
/// unless to say what was wrong.
class Decoder {
 public:
  /// No payload may be longer than this (RFC 6716, section 2.1.4 for Opus; the same limit for the others).
  static constexpr std::uint32_t kMaxPayloadMilliseconds = 120;

  virtual ~Decoder() = default;

  [[nodiscard]] virtual std::uint32_t sample_rate() const = 0;

  /// How many samples decode() will give for this payload; Malformed if it is empty, too long or no packet of this
  /// codec.
  [[nodiscard]] virtual Result<std::size_t> samples_in(Bytes payload) const = 0;

  /// The samples of one payload, their number returned. Malformed or Refused (`out` too small) leave the state as it
  /// was.
  virtual Result<std::size_t> decode(Bytes payload, std::span<std::int16_t> out) = 0;

  /// Fills `out` with a guess at what was lost right before the next payload to be decoded, fading out over about 60
  /// ms. `next` is that payload if it is here already: Opus may carry a copy of what was lost in it (RFC 6716,
  /// section 2.1.7). The length must be whole multiples of 2.5 ms and at most 120 ms.
  virtual void conceal(std::span<std::int16_t> out, Bytes next) = 0;
};

/// `sample_rate`: 8000 for G.711; 8000 or 16000 for G.722; 8000, 12000, 16000, 24000 or 48000 for Opus. Otherwise
/// Unsupported.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_decoder(CodecId codec, std::uint32_t sample_rate);

}  // namespace webcalling::media
