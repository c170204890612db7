#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace webcalling::media {

enum class CodecId { Opus, Pcmu, Pcma, G722 };

inline constexpr std::array kCodecs{CodecId::Opus, CodecId::Pcmu, CodecId::Pcma, CodecId::G722};

struct CodecTraits {
  std::string_view name;     ///< for people
  std::uint32_t clock_rate;  ///< the RTP clock in Hz. G.722 samples at 16000 but counts at 8000 (RFC 3551, 4.5.2)
  std::uint32_t audio_rate;  ///< the highest PCM rate that its encoders and decoders here run at
};

[[nodiscard]] const CodecTraits& traits_of(CodecId codec);

/// The PCM rate at which both work without a resampler: 16000 where both are wideband, else 8000.
[[nodiscard]] std::uint32_t common_rate(CodecId a, CodecId b);

}  // namespace webcalling::media
