#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "media/rtp/packet.hpp"

namespace webcalling::media {

/// What a leg knows about the stream that it receives: sequence validity, loss and jitter by RFC 3550, appendices A.1,
/// A.3 and A.8. Follows one source at a time; a packet with another SSRC starts over. Knows neither payload nor RTCP
/// syntax.
class ReceiveStatistics {
 public:
  enum class Arrival {
    Probation,  ///< of a source not known yet: the next in sequence makes it the trusted one
    InOrder,    ///< the highest sequence number so far; some may be missing before it
    Reordered,  ///< late, and not seen before
    Duplicate,
    Stray,  ///< far off the sequence: counted in nothing, until the next in sequence restarts the count there
  };

  /// The values of a report block, RFC 3550, section 6.4.1.
  struct Report {
    Ssrc source;
    std::uint8_t fraction_lost = 0;  ///< of 256, since the previous report
    std::int32_t cumulative_lost = 0;
    std::uint32_t extended_highest_sequence = 0;
    std::uint32_t jitter = 0;  ///< in ticks of the RTP clock
  };

  /// `clock_rate` is that of the packet's payload type, in Hz, above 0.
  Arrival receive(const RtpHeader& header, std::uint32_t clock_rate, TimePoint now);

  /// The values of a report block, and the start of the next interval. Nothing before a source is trusted.
  [[nodiscard]] std::optional<Report> take_report();

  [[nodiscard]] std::optional<Ssrc> source() const { return source_; }
  /// When the last packet of the trusted source came.
  [[nodiscard]] std::optional<TimePoint> last_arrival() const { return last_arrival_; }
  /// All packets since the source was trusted, late ones and duplicates too.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::int64_t lost() const;
  [[nodiscard]] Duration jitter() const;

 private:
  /// A source, or a sequence of the same source, that one more packet would prove (RFC 3550, appendix A.1).
  struct Candidate {
    Ssrc source;
    SequenceNumber awaited;
  };

  Arrival prove(const RtpHeader& header);
  Arrival place(const RtpHeader& header);
  void count_from(const RtpHeader& header);
  void advance(SequenceNumber sequence);
  void measure_jitter(const RtpHeader& header, std::uint32_t clock_rate, TimePoint now);
  [[nodiscard]] std::uint64_t extended_highest() const { return cycles_ + highest_.value(); }
  [[nodiscard]] std::int64_t expected() const;

  std::optional<Ssrc> source_;
  std::optional<Candidate> candidate_;
  SequenceNumber highest_;
  std::uint64_t seen_ = 0;    ///< bit n: highest_ - n has arrived
  std::uint64_t cycles_ = 0;  ///< 65536 for every wrap
  std::uint64_t base_ = 0;
  std::uint64_t received_ = 0;
  std::int64_t expected_before_ = 0;
  std::uint64_t received_before_ = 0;

  double jitter_ticks_ = 0;
  std::uint32_t clock_rate_ = 0;
  std::optional<TimePoint> last_arrival_;
  RtpTimestamp last_timestamp_;
};

}  // namespace webcalling::media
