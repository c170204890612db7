#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "media/rtp/types.hpp"

namespace webcalling::media {

/// RFC 3550, section 6.4.1.
struct ReportBlock {
  Ssrc source;
  std::uint8_t fraction_lost = 0;    ///< of 256
  std::int32_t cumulative_lost = 0;  ///< 24 bits, negative when duplicates arrived
  std::uint32_t extended_highest_sequence = 0;
  std::uint32_t jitter = 0;                   ///< ticks of the RTP clock
  std::uint32_t last_report = 0;              ///< LSR: middle 32 bits of the NTP time of the last SR; 0 if none came
  std::uint32_t delay_since_last_report = 0;  ///< DLSR: in 1/65536 s

  friend bool operator==(const ReportBlock&, const ReportBlock&) = default;
};

struct SenderReport {
  Ssrc sender;
  std::uint64_t ntp_time = 0;
  RtpTimestamp rtp_time;
  std::uint32_t packet_count = 0;
  std::uint32_t octet_count = 0;
  std::vector<ReportBlock> blocks;

  friend bool operator==(const SenderReport&, const SenderReport&) = default;
};

struct ReceiverReport {
  Ssrc sender;
  std::vector<ReportBlock> blocks;

  friend bool operator==(const ReceiverReport&, const ReceiverReport&) = default;
};

/// RFC 3550, section 6.5, of which we need the canonical name only. A packet with several chunks becomes several of
/// these.
struct SourceDescription {
  Ssrc source;
  std::string cname;

  friend bool operator==(const SourceDescription&, const SourceDescription&) = default;
};

/// RFC 3550, section 6.6.
struct Goodbye {
  std::vector<Ssrc> sources;
  std::string reason;

  friend bool operator==(const Goodbye&, const Goodbye&) = default;
};

/// A packet that we do not act on: feedback (205, 206), APP, XR and types yet to come. Its length was checked.
struct OtherRtcp {
  std::uint8_t type = 0;
  std::uint8_t count = 0;  ///< the five bits of report count, subtype or feedback format

  friend bool operator==(const OtherRtcp&, const OtherRtcp&) = default;
};

using RtcpPacket = std::variant<SenderReport, ReceiverReport, SourceDescription, Goodbye, OtherRtcp>;

/// Reads a compound packet, or a single one (RFC 5506), after decryption. One malformed packet condemns the datagram:
/// the borders of those behind it cannot be trusted.
[[nodiscard]] Result<std::vector<RtcpPacket>> parse_rtcp(Bytes datagram);

/// Appends one packet. More than 31 blocks or sources, and text over 255 bytes, are cut.
void write_rtcp(ByteVector& out, const SenderReport& report);
void write_rtcp(ByteVector& out, const ReceiverReport& report);
void write_rtcp(ByteVector& out, const SourceDescription& description);
void write_rtcp(ByteVector& out, const Goodbye& goodbye);

/// RFC 3550, section 4: seconds since 1900 in 32.32 fixed point.
[[nodiscard]] std::uint64_t to_ntp(WallTime time);
/// The middle 32 bits, in which LSR and DLSR count.
[[nodiscard]] constexpr std::uint32_t ntp_middle(std::uint64_t ntp_time) {
  return static_cast<std::uint32_t>(ntp_time >> 16);
}

}  // namespace webcalling::media
