#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/rtp_map.hpp"

namespace webcalling::sdp {

/// The voice codecs that can be negotiated.
enum class Codec { Opus, Pcmu, Pcma, G722 };

/// The codec of a payload type; nothing if it is none of ours.
[[nodiscard]] std::optional<Codec> codec_of(const RtpMap& map);
/// The codec under the payload type that we offer it with: the static one, or 111 for Opus as browsers do.
[[nodiscard]] RtpMap default_rtp_map(Codec codec);
/// Ticks of the RTP timestamp per second: 48000 for Opus, 8000 for the others, G722 included.
[[nodiscard]] std::uint32_t rtp_clock_rate(Codec codec);
[[nodiscard]] std::string_view text(Codec codec);

/// What a side wants to receive as Opus (RFC 7587 §6.1). Values out of range read as the default.
struct OpusParameters {
  std::uint32_t max_playback_rate = 48000;             ///< Hz, 8000..48000
  std::optional<std::uint32_t> max_average_bitrate{};  ///< bit/s, 6000..510000
  std::optional<std::uint8_t> min_ptime{};             ///< ms, 3..120
  bool use_inband_fec = false;
  bool use_dtx = false;
  bool stereo = false;
  bool constant_bitrate = false;

  friend bool operator==(const OpusParameters&, const OpusParameters&) = default;
};

[[nodiscard]] OpusParameters parse_opus_parameters(std::string_view format_parameters);
[[nodiscard]] std::string text(const OpusParameters& parameters);

}  // namespace webcalling::sdp
