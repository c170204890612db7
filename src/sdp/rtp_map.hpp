#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace webcalling::sdp {

/// Payload types are seven bits (RFC 3550 §5.1).
inline constexpr std::uint8_t kMaxPayloadType = 127;

/// What a payload type stands for: one a=rtpmap line (RFC 8866 §6.6).
struct RtpMap {
  std::uint8_t payload_type = 0;
  std::string encoding;
  std::uint32_t clock_rate =
      8000;                   ///< Hz, never 0. For G722 it is 8000 although it samples at 16000 (RFC 3551 §4.5.2).
  std::uint8_t channels = 1;  ///< never 0

  friend bool operator==(const RtpMap&, const RtpMap&) = default;
};

/// The value of an a=rtpmap line behind its payload type: "opus/48000/2".
[[nodiscard]] std::optional<RtpMap> parse_rtp_map(std::uint8_t payload_type, std::string_view encoding);
[[nodiscard]] std::string text(const RtpMap& map);

/// What RFC 3551 §6 says a payload type stands for without an a=rtpmap line: 0, 8, 9 and 13.
[[nodiscard]] std::optional<RtpMap> static_rtp_map(std::uint8_t payload_type);

/// One a=fmtp line of an RTP payload type.
struct FormatParameters {
  std::uint8_t payload_type = 0;
  std::string text;  ///< e.g. "minptime=10;useinbandfec=1" or "0-15"

  friend bool operator==(const FormatParameters&, const FormatParameters&) = default;
};

/// The value of `key` in parameters of the form "key=value; key=value"; keys are compared without case.
[[nodiscard]] std::optional<std::string_view> find_parameter(std::string_view parameters, std::string_view key);

}  // namespace webcalling::sdp
