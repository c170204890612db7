#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "media/rtp/types.hpp"

namespace webcalling::media {

enum class CodecId { Opus, Pcmu, Pcma, G722 };

inline constexpr std::array kCodecs{CodecId::Opus, CodecId::Pcmu, CodecId::Pcma, CodecId::G722};

struct CodecTraits {
  std::string_view name;     ///< the encoding name of a=rtpmap
  std::uint32_t clock_rate;  ///< the RTP clock in Hz. G.722 samples at 16000 but counts at 8000 (RFC 3551, 4.5.2)
  std::uint8_t channels;     ///< in a=rtpmap: 2 for Opus always (RFC 7587, section 7), whatever is sent
  std::optional<PayloadType> static_payload_type;
  std::uint32_t audio_rate;  ///< the highest PCM rate that its encoders and decoders here run at
};

[[nodiscard]] const CodecTraits& traits_of(CodecId codec);
/// By encoding name, case ignored, and clock rate: "opus" 48000, "PCMU" 8000.
[[nodiscard]] std::optional<CodecId> find_codec(std::string_view name, std::uint32_t clock_rate);

/// The PCM rate at which both work without a resampler: 16000 where both are wideband, else 8000.
[[nodiscard]] std::uint32_t common_rate(CodecId a, CodecId b);

}  // namespace webcalling::media
