#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "media/codec/decoder.hpp"
#include "media/codec/encoder.hpp"
#include "media/rtp/types.hpp"

namespace webcalling::media {

/// Carries one direction of a call from one codec to another, each packet as it arrives: no jitter buffer, no tick, no
/// delay but the rest of a frame where the packet lengths differ. Loss shows as a gap in the sequence when the next
/// packet comes and is concealed then. No allocation per packet. Knows nothing of headers: its owner writes them
/// (StreamWriter::append).
class Transcoder {
 public:
  static constexpr std::chrono::milliseconds kUsualFrame{20};
  /// A pause in a stream that lost nothing is filled up to here; what is longer was meant.
  static constexpr Duration kLongestHiccup = 20ms;
  /// A longer gap is not filled but becomes a jump of the output's timestamp.
  static constexpr Duration kLongestConcealment = 100ms;

  /// One outgoing payload.
  struct Frame {
    Bytes payload;           ///< valid until the bench is used again
    RtpTimestamp timestamp;  ///< in the clock of the outgoing codec, from an arbitrary start
  };

  /// Where transcoders work on a packet: one for all of a loop, which stays in the processor's cache.
  class Bench;

  struct Counters {
    std::uint64_t decoded = 0;    ///< packets
    std::uint64_t late = 0;       ///< packets dropped because a later one was decoded already, or it came twice
    std::uint64_t malformed = 0;  ///< payloads that the decoder refused; each is then concealed as lost
    std::uint64_t lost = 0;       ///< packets that were missing when a later one came
    std::uint64_t concealed = 0;  ///< gaps that were filled
    std::uint64_t jumps = 0;      ///< gaps and pauses that were not
  };

  /// `frame` is how long each outgoing payload lasts: 10, 20, 40 or 60 ms, unless to Opus also 30 or 50.
  /// `bench` outlives it.
  [[nodiscard]] static Result<Transcoder> make(Bench& bench, CodecId from, CodecId to,
                                               std::chrono::milliseconds frame = kUsualFrame,
                                               const EncoderSettings& settings = {});

  /// An audio payload of the incoming codec, in order of arrival. Gives the frames that are complete now: none to
  /// kMaxFrames.
  std::span<const Frame> receive(SequenceNumber sequence, RtpTimestamp timestamp, Bytes payload);

  /// A packet of the same stream that is not audio of the incoming codec (telephone-event, comfort noise): its sequence
  /// number is not missing.
  void skip(SequenceNumber sequence);

  /// The incoming stream was replaced (other SSRC, or a pause with other audio in between): the next packet starts
  /// afresh, the output's timestamps go on.
  void restart();

  /// From the next frame on.
  void adapt(const EncoderSettings& settings);

  [[nodiscard]] CodecId from() const { return from_; }
  [[nodiscard]] CodecId to() const { return to_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kMaxRate = 16000;
  static constexpr std::size_t kMaxDecoded = kMaxRate / 1000 * Decoder::kMaxPayloadMilliseconds;
  /// What one packet may complete: the rest of an earlier frame, a concealed gap and the longest packet.
  static constexpr std::size_t kMaxMilliseconds =
      Encoder::kMaxPayloadMilliseconds + 100 + Decoder::kMaxPayloadMilliseconds;
  static constexpr std::size_t kMaxFrames = kMaxMilliseconds / 10;
  static constexpr std::size_t kMaxFrameSamples = kMaxRate / 1000 * Encoder::kMaxPayloadMilliseconds;

  /// Where the incoming stream stands.
  struct Position {
    SequenceNumber sequence;         ///< of the last packet decoded, or given up
    RtpTimestamp next;               ///< the timestamp that follows it without a gap
    SequenceNumber highest_skipped;  ///< the same as `sequence` if none
    int skipped = 0;
  };

  Transcoder(Bench& bench, CodecId from, CodecId to, std::chrono::milliseconds frame, std::unique_ptr<Decoder> decoder,
             std::unique_ptr<Encoder> encoder, const EncoderSettings& settings);

  [[nodiscard]] bool is_late(SequenceNumber sequence) const;
  void bridge_gap(SequenceNumber sequence, RtpTimestamp timestamp, Bytes payload);
  void conceal(std::size_t samples, Bytes next);
  void jump(std::uint32_t input_ticks);
  void produce(std::span<const std::int16_t> pcm);
  void encode(std::span<const std::int16_t> frame);

  Bench* bench_;
  CodecId from_;
  CodecId to_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Encoder> encoder_;
  EncoderSettings settings_;
  std::size_t frame_samples_;
  std::uint32_t frame_ticks_;
  /// Room for one payload.
  std::size_t frame_bytes_;

  std::optional<Position> position_;
  RtpTimestamp next_output_;
  std::size_t filled_ = 0;
  std::size_t frame_count_ = 0;
  Counters counters_;

  /// The beginning of the next frame: `filled_` samples.
  std::array<std::int16_t, kMaxFrameSamples> pending_{};
};

class Transcoder::Bench {
  friend class Transcoder;
  std::array<std::int16_t, kMaxDecoded> pcm_{};
  std::array<Frame, kMaxFrames> frames_{};
  std::array<std::uint8_t, kMaxMilliseconds * Encoder::kMaxBytesPerMillisecond> payloads_{};
};

}  // namespace webcalling::media
