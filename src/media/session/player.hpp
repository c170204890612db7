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
#include "media/session/recorded_voice.hpp"

namespace webcalling::media {

/// Turns a sound of our own (ringback, hold music, a recording) into payloads of one codec and one length.
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

  /// For a Replay: a packet of the one who is to be heard again. Nothing to any other sound.
  void hear(const HeardPacket& packet) {
    if (recording_ != nullptr) recording_->hear(packet);
  }

 private:
  struct Sound {
    std::unique_ptr<AudioSource> audio;
    /// The same, if it is one.
    RecordedVoice* recording = nullptr;
  };
  Player(CodecId codec, std::chrono::milliseconds ptime, Sound sound, std::unique_ptr<Encoder> encoder);
  static Sound make_sound(const Source& source, std::uint32_t rate);

  static constexpr std::size_t kMaxFrameSamples = 48 * Encoder::kMaxPayloadMilliseconds;

  CodecId codec_;
  std::chrono::milliseconds ptime_;
  std::unique_ptr<AudioSource> audio_;
  RecordedVoice* recording_;
  std::unique_ptr<Encoder> encoder_;
  RtpTimestamp timestamp_;
  std::array<std::int16_t, kMaxFrameSamples> pcm_{};
  std::array<std::uint8_t, Encoder::kMaxPayload> payload_{};
};

}  // namespace webcalling::media
