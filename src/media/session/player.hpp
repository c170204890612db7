#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "base/time.hpp"
#include "media/codec/encoder.hpp"
#include "media/dsp/audio_source.hpp"
#include "media/rtp/types.hpp"
#include "media/session/leg_settings.hpp"

namespace webcalling::media {

/// Turns a generated sound (ringback, hold music) into payloads of one codec and one length.
class Player {
 public:
  struct Frame {
    Bytes payload;           ///< valid until the next call
    RtpTimestamp timestamp;  ///< in the codec's clock, from an arbitrary start
  };

  /// `ptime` is how long each payload lasts, as in LegSettings. Nothing to play for Silence and OtherLeg:
  /// Error::Kind::Unsupported.
  [[nodiscard]] static Result<Player> make(const Source& source, CodecId codec,
                                           std::chrono::milliseconds ptime = std::chrono::milliseconds(20));

  /// The next frame; nothing if the encoder refuses.
  [[nodiscard]] Result<Frame> next();
  [[nodiscard]] Duration ptime() const { return ptime_; }

 private:
  Player(CodecId codec, std::chrono::milliseconds ptime, std::unique_ptr<AudioSource> audio,
         std::unique_ptr<Encoder> encoder);

  static constexpr std::size_t kMaxFrameSamples = 48 * Encoder::kMaxPayloadMilliseconds;

  CodecId codec_;
  std::chrono::milliseconds ptime_;
  std::unique_ptr<AudioSource> audio_;
  std::unique_ptr<Encoder> encoder_;
  RtpTimestamp timestamp_;
  std::array<std::int16_t, kMaxFrameSamples> pcm_{};
  std::array<std::uint8_t, Encoder::kMaxPayload> payload_{};
};

}  // namespace webcalling::media
