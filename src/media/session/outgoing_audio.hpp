#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "media/codec/transcoder.hpp"
#include "media/rtp/packet.hpp"
#include "media/rtp/stream_writer.hpp"
#include "media/rtp/telephone_event_relay.hpp"
#include "media/session/leg_settings.hpp"
#include "media/session/player.hpp"

namespace webcalling::media {

/// A packet of another leg that this leg is to hear, in the clear.
struct HeardPacket {
  RtpHeader header;
  Bytes payload;
  /// The codec of an audio packet; nothing for a telephone-event.
  std::optional<CodecId> codec;
  /// Of the packet's payload type.
  std::uint32_t clock_rate = 8000;
};

/// What one leg sends to its peer: another leg's audio, forwarded or transcoded as it comes, with its digits, or a
/// sound of our own at a steady 20 ms. One RTP stream whatever feeds it. Knows no sockets: packets go to `send`.
class OutgoingAudio {
 public:
  using Send = std::function<void(const RtpHeader& header, std::uint32_t clock_rate, Bytes payload)>;

  OutgoingAudio(Ssrc ssrc, TimerQueue& timers, Random& random, Send send);

  void configure(const LegSettings& settings);
  /// What is to be heard from now on.
  void listen(const Source& source);
  [[nodiscard]] const Source& source() const { return source_; }

  /// A packet of the leg that is listened to.
  void hear(const HeardPacket& packet);

 private:
  void hear_audio(const HeardPacket& packet);
  void hear_event(const HeardPacket& packet);
  void transcode(const HeardPacket& packet);
  void play_frame();
  void start_or_stop_player();
  [[nodiscard]] StreamFormat format() const;
  [[nodiscard]] bool may_send() const { return settings_ && settings_->may_send; }

  TimerQueue& timers_;
  StreamWriter writer_;
  Send send_;
  std::optional<LegSettings> settings_;
  Source source_ = Silence{};
  /// Counts the sources of our own, so that the writer notices each change.
  std::uint64_t generation_ = 0;
  std::optional<Player> player_;
  std::unique_ptr<Transcoder> transcoder_;
  std::optional<Ssrc> transcoded_;
  std::optional<TelephoneEventRelay> events_;
  std::uint32_t events_from_clock_ = 0;
  Timer frame_timer_;
};

}  // namespace webcalling::media
