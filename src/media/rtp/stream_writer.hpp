#pragma once

#include <cstdint>
#include <optional>

#include "base/random.hpp"
#include "base/time.hpp"
#include "media/rtp/packet.hpp"

namespace webcalling::media {

/// What feeds an outgoing stream at the moment. The owner numbers its own sources (ringback, hold music); a received
/// stream goes by received_source().
using StreamSource = Strong<struct StreamSourceTag, std::uint64_t>;

/// Distinct for every SSRC, and from any number below 2^32 that the owner gives to its own sources.
[[nodiscard]] constexpr StreamSource received_source(Ssrc ssrc) {
  return StreamSource(std::uint64_t{1} << 32 | ssrc.value());
}

/// How an outgoing packet is labelled, as agreed in SDP.
struct StreamFormat {
  PayloadType payload_type;
  std::uint32_t clock_rate = 8000;
};

/// The stream that one leg sends to its peer: one SSRC, sequence numbers and timestamps that go on smoothly whatever
/// feeds it (ringback, then the caller, then music, then another codec). Gives headers; knows neither payloads nor
/// sockets.
///
/// A switch of source (other source, other clock rate, forwarded instead of produced, or a sequence that jumped) goes
/// on with the next sequence number and with a timestamp that is later by the time that passed; its first packet has
/// the marker bit. No sequence number is ever given to two different packets, since under SRTP that would repeat a key
/// stream.
class StreamWriter {
 public:
  /// `timestamp` is the stream's time at `now`.
  StreamWriter(Ssrc ssrc, SequenceNumber first_sequence, RtpTimestamp timestamp, TimePoint now);
  /// Random SSRC, sequence number and timestamp (RFC 3550, section 5.1; the sequence begins in the lower half of its
  /// circle, so that loss of the very first packets cannot confuse SRTP's roll-over counter, RFC 3711, section 3.3.1).
  static StreamWriter start(Random& random, TimePoint now);

  /// A received packet goes on to our peer: gaps and order of its sequence numbers and differences of its timestamps
  /// are kept. `format.clock_rate` is the audio's and must be the source's own. Telephone-events of the same clock rate
  /// go the same way. Nothing if it must be dropped: it is older than the last switch.
  [[nodiscard]] std::optional<RtpHeader> forward(const RtpHeader& received, StreamFormat format, TimePoint now);

  /// A frame that we produced (tone, music, transcoder) with a timestamp in the source's own count at
  /// `format.clock_rate`.
  [[nodiscard]] RtpHeader append(StreamSource source, RtpTimestamp source_timestamp, StreamFormat format,
                                 TimePoint now);

  /// A packet outside the audio's course of time: `timestamp` is the outgoing one (see timestamp_at). For digits of our
  /// own (DigitSender). The audio's mapping is not touched.
  [[nodiscard]] RtpHeader insert(RtpTimestamp timestamp, bool marker, PayloadType payload_type);

  /// The same for a received packet that was changed on its way (TelephoneEventRelay): while its source is being
  /// forwarded it keeps the place in the sequence that it had there. Nothing if it must be dropped as too late.
  [[nodiscard]] std::optional<RtpHeader> replace(const RtpHeader& received, RtpTimestamp timestamp, bool marker,
                                                 PayloadType payload_type);

  /// What comes next is a switch even if it comes from the same source: nothing was sent for a while (a hold), or other
  /// things are to follow. Without this the numbers that a source used up meanwhile would look like loss.
  void interrupt() { current_.reset(); }

  /// The timestamp of something that begins at `now`, in ticks of `clock_rate`.
  [[nodiscard]] RtpTimestamp timestamp_at(TimePoint now, std::uint32_t clock_rate) const;

  [[nodiscard]] Ssrc ssrc() const { return ssrc_; }
  /// The sequence number that the next produced packet gets.
  [[nodiscard]] SequenceNumber next_sequence() const { return next_sequence_; }

 private:
  struct Current {
    StreamSource source;
    bool forwarded = false;
    std::uint32_t clock_rate = 0;
    std::uint32_t timestamp_offset = 0;  ///< outgoing minus source
  };
  /// How the source's sequence numbers become ours while a stream is forwarded.
  struct SequenceMap {
    std::uint16_t offset = 0;  ///< outgoing minus source
    SequenceNumber first;      ///< what the source sent before this was left behind
    SequenceNumber highest;    ///< of the source
  };

  [[nodiscard]] bool continues(StreamSource source, bool forwarded, std::uint32_t clock_rate) const;
  [[nodiscard]] bool forwards(const RtpHeader& received) const;
  void switch_to(const Current& next, RtpTimestamp source_timestamp, TimePoint now);
  std::optional<SequenceNumber> map_sequence(SequenceNumber received);
  void note_sent(RtpTimestamp timestamp, TimePoint now);

  Ssrc ssrc_;
  SequenceNumber next_sequence_;
  std::optional<Current> current_;
  SequenceMap sequence_map_;
  RtpTimestamp last_timestamp_;
  TimePoint last_sent_;
};

}  // namespace webcalling::media
