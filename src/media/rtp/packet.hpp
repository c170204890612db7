#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/rtp/types.hpp"

namespace webcalling::media {

/// The fields of the fixed RTP header that we read and write (RFC 3550, section 5.1).
struct RtpHeader {
  static constexpr std::size_t kSize = 12;

  bool marker = false;
  PayloadType payload_type;
  SequenceNumber sequence;
  RtpTimestamp timestamp;
  Ssrc ssrc;

  friend bool operator==(const RtpHeader&, const RtpHeader&) = default;
};

/// A checked view of one RTP packet; it lives no longer than the bytes that it was parsed from. Knows nothing of
/// payload formats.
class RtpPacket {
 public:
  /// RFC 3550, section 5.3.1: a header extension, its meaning set by the profile (0xBEDE: one-byte headers of RFC
  /// 8285).
  struct Extension {
    std::uint16_t profile = 0;
    Bytes content;
  };

  /// Checks version, CSRC list, extension and padding against the bytes that arrived. The packet must be decrypted
  /// already.
  static Result<RtpPacket> parse(Bytes datagram);

  [[nodiscard]] const RtpHeader& header() const { return header_; }
  /// Without padding. May be empty: keep-alive packets are.
  [[nodiscard]] Bytes payload() const { return datagram_.subspan(payload_offset_, payload_size_); }
  [[nodiscard]] std::size_t payload_offset() const { return payload_offset_; }
  [[nodiscard]] std::size_t csrc_count() const { return csrc_count_; }
  [[nodiscard]] const std::optional<Extension>& extension() const { return extension_; }

 private:
  RtpPacket() = default;

  Bytes datagram_;
  RtpHeader header_;
  std::size_t payload_offset_ = 0;
  std::size_t payload_size_ = 0;
  std::size_t csrc_count_ = 0;
  std::optional<Extension> extension_;
};

/// RFC 5761, section 4: tells RTCP from RTP on one port. Only for what RFC 7983 already calls RTP or RTCP (first byte
/// 128..191); false for anything else and for less than two bytes. Works on encrypted packets.
[[nodiscard]] bool is_rtcp(Bytes datagram);

/// Writes a plain 12-byte header (no padding, extension, CSRC) to the front of `out`, which must hold RtpHeader::kSize
/// bytes.
void write_header(MutableBytes out, const RtpHeader& header);

/// Overwrites marker, payload type, sequence, timestamp and SSRC in place and leaves CSRC, extension and padding as
/// they are. `datagram` must have passed RtpPacket::parse.
void patch_header(MutableBytes datagram, const RtpHeader& header);

/// Turns a received packet into one of ours without copying its payload: CSRC list, extension and padding (which were
/// agreed with the sender only) are cut off and a plain header is written right before the payload. Returns the part of
/// `datagram` to send. `packet` must be the view of `datagram`, and is void afterwards.
[[nodiscard]] MutableBytes rewrap(MutableBytes datagram, const RtpPacket& packet, const RtpHeader& header);

}  // namespace webcalling::media
