#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "media/rtcp/packet.hpp"
#include "media/rtp/receive_statistics.hpp"

namespace webcalling::media {

/// The reports that one leg sends about the stream it sends and the stream it receives, and what it learns from its
/// peer's. Decides nothing about when: its owner asks every report_delay().
class ReportBuilder {
 public:
  ReportBuilder(Ssrc own, std::string cname);

  /// Every RTP packet that left: header timestamp, the clock rate of its payload, octets of payload.
  void note_sent(RtpTimestamp timestamp, std::uint32_t clock_rate, std::size_t payload_size, TimePoint now);

  /// What the peer reported: its sender reports are answered with LSR/DLSR, its report blocks about our stream update
  /// round_trip() and remote_view().
  void receive(const RtcpPacket& packet, TimePoint now);

  /// Appends a compound packet: SR if we sent anything since the report before the last (RFC 3550, section 6.4), else
  /// RR, with one block about the source of `received` if that is trusted; then SDES with CNAME.
  void write_report(ByteVector& out, ReceiveStatistics& received, TimePoint now, WallTime wall);
  /// The same, followed by BYE; nothing if we have never sent anything: "a participant which never sent an RTP or RTCP
  /// packet MUST NOT send a BYE packet" (RFC 3550 section 6.3.7).
  void write_goodbye(ByteVector& out, ReceiveStatistics& received, TimePoint now, WallTime wall);

  /// Of the last exchange of reports; nothing until the peer has answered a sender report of ours.
  [[nodiscard]] std::optional<Duration> round_trip() const { return round_trip_; }
  /// The last report block about our stream: what the peer lost of it, and its jitter.
  [[nodiscard]] const std::optional<ReportBlock>& remote_view() const { return remote_view_; }
  [[nodiscard]] std::uint64_t packets_sent() const { return packets_sent_; }
  [[nodiscard]] std::uint64_t octets_sent() const { return octets_sent_; }

 private:
  struct SentReport {
    std::uint32_t ntp_middle = 0;
    TimePoint at{};
  };
  struct ReceivedReport {
    Ssrc sender;
    std::uint32_t ntp_middle = 0;
    TimePoint at{};
  };

  [[nodiscard]] bool is_sending() const { return packets_sent_ != sent_at_report_before_last_; }
  [[nodiscard]] SenderReport sender_report(TimePoint now, WallTime wall);
  [[nodiscard]] std::optional<ReportBlock> report_block(ReceiveStatistics& received, TimePoint now) const;
  void learn(const ReportBlock& block, TimePoint now);

  Ssrc own_;
  std::string cname_;
  std::uint64_t packets_sent_ = 0;
  std::uint64_t octets_sent_ = 0;
  bool has_reported_ = false;
  std::uint64_t sent_at_last_report_ = 0;
  std::uint64_t sent_at_report_before_last_ = 0;
  RtpTimestamp last_timestamp_;
  std::uint32_t last_clock_rate_ = 0;
  TimePoint last_sent_{};
  /// A report block answers one of the last few of ours: the round trip is measured on the monotonic clock.
  std::array<SentReport, 4> sent_reports_{};
  std::size_t next_sent_report_ = 0;
  std::optional<ReceivedReport> received_report_;
  std::optional<Duration> round_trip_;
  std::optional<ReportBlock> remote_view_;
};

/// RFC 3550, section 6.2 and 6.3.1 for two members: five seconds times 0.5 to 1.5, so that many legs do not report at
/// once.
[[nodiscard]] Duration report_delay(Random& random);

}  // namespace webcalling::media
