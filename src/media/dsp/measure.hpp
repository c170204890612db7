#pragma once

#include <cstdint>
#include <span>

namespace webcalling::media {

/// How much of the power of `samples` lies at `frequency` Hz (Goertzel's algorithm): 1 for that tone alone, near 0 for
/// other audio and for silence. The bandwidth is about rate / samples.size().
[[nodiscard]] double goertzel(std::span<const std::int16_t> samples, std::uint32_t sample_rate, double frequency);

/// RFC 6464: power relative to the overload point, a square wave of full scale; a sine of full scale has -3 dBov. -127
/// for silence.
[[nodiscard]] double level_dbov(std::span<const std::int16_t> samples);

}  // namespace webcalling::media
