#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "base/random.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "media/codec/encoding_effort.hpp"
#include "media/codec/transcoder.hpp"
#include "media/session/leg_settings.hpp"
#include "media/session/leg_transport.hpp"

namespace webcalling::media {

/// An Ethernet frame's worth of UDP.
constexpr std::size_t kMaxRtpPacket = 1472;

/// What all legs of a shard borrow from it.
struct ShardServices {
  TimerQueue& timers;
  Random& random;
  std::function<WallTime()> wall_clock;
  /// Called in the middle of things: it must put the event aside and not call the shard.
  std::function<void(LegId, const LegEvent&)> on_event;
  /// A plain leg whose peer owes us audio and sends neither RTP nor RTCP for so long is lost.
  Duration plain_silence_limit = 120s;
  /// What transcoding may cost now.
  EncodingEffort effort;
  Transcoder::Bench bench;
  /// Where a leg makes the packet that it sends: one place for all, which stays in the processor's cache.
  alignas(4) std::array<std::uint8_t, kMaxRtpPacket + LegTransport::kMaxExpansion> packet{};
};

}  // namespace webcalling::media
