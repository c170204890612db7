#pragma once

#include <cstdint>

#include "base/strong.hpp"
#include "base/time.hpp"
#include "media/rtp/serial_number.hpp"

namespace webcalling::media {

/// RFC 3550, section 3: who sends a stream.
using Ssrc = Strong<struct SsrcTag, std::uint32_t>;
/// 0..127: what the payload is, by RFC 3551 or by SDP.
using PayloadType = Strong<struct PayloadTypeTag, std::uint8_t>;
using SequenceNumber = SerialNumber<struct SequenceNumberTag, std::uint16_t>;
/// Counts the ticks of the payload's RTP clock.
using RtpTimestamp = SerialNumber<struct RtpTimestampTag, std::uint32_t>;

// RFC 3550, appendix A.1: how far a packet may be ahead of the highest sequence number, or behind it, and still belong
// to the same sequence. Beyond that the sender has restarted.
inline constexpr int kMaxDropout = 3000;
inline constexpr int kMaxMisorder = 100;

/// `duration` in ticks of a clock of `clock_rate` Hz, rounded down; 32 bits wrap as RTP timestamps do.
[[nodiscard]] constexpr std::uint32_t to_ticks(Duration duration, std::uint32_t clock_rate) {
  // Split into seconds and rest: nanoseconds times 48000 overflow 64 bits after two days.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  const std::int64_t rest = (duration - seconds).count() * clock_rate / 1'000'000'000;
  return static_cast<std::uint32_t>(seconds.count() * clock_rate + rest);
}

}  // namespace webcalling::media
