#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "media/codec/encoding_effort.hpp"
#include "media/codec/transcoder.hpp"
#include "media/rtp/digit_sender.hpp"
#include "media/rtp/packet.hpp"
#include "media/rtp/stream_writer.hpp"
#include "media/rtp/telephone_event_relay.hpp"
#include "media/session/heard_packet.hpp"
#include "media/session/leg_settings.hpp"
#include "media/session/player.hpp"

namespace webcalling::media {

/// Where the packets of an OutgoingAudio go.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  /// False while nothing can reach the peer: then nothing is produced and no sequence number used up.
  [[nodiscard]] virtual bool ready() const = 0;
  /// `clock_rate` is that of the payload type, in Hz.
  virtual void send(const RtpHeader& header, std::uint32_t clock_rate, Bytes payload) = 0;
};

/// What one leg sends to its peer: another leg's audio, forwarded or transcoded as it comes, with its digits, or a
/// sound of our own at a steady pace. One RTP stream whatever feeds it.
class OutgoingAudio {
 public:
  /// `effort` and `bench` are those of the loop, and outlive this.
  OutgoingAudio(Ssrc ssrc, TimerQueue& timers, Random& random, const EncodingEffort& effort, Transcoder::Bench& bench,
                PacketSink& sink);

  void configure(const LegSettings& settings);
  /// What is to be heard from now on.
  void listen(const Source& source);
  [[nodiscard]] const Source& source() const { return source_; }

  /// A packet of the leg that is listened to, or replayed.
  void hear(const HeardPacket& packet);

  /// Presses a key at the peer by RFC 4733, after those that are still being pressed, while the audio goes on. As long
  /// as the clock's 16 bits allow, and at least 40 ms. Dropped if the peer takes none now, or if too many wait.
  void send_digit(char digit, Duration length);

 private:
  struct Digit {
    char digit;
    Duration length;
  };

  void hear_audio(const HeardPacket& packet);
  void hear_event(const HeardPacket& packet);
  void forward(const HeardPacket& packet, StreamFormat format);
  void transcode(const HeardPacket& packet);
  [[nodiscard]] bool prepare_transcoder(const HeardPacket& packet);
  void send_digit_packet();
  void start_digit(const Digit& digit);
  void drop_digits();
  void play_frame();
  void start_or_stop_player();
  void break_off();
  [[nodiscard]] bool may_send() const { return settings_ && settings_->may_send; }
  [[nodiscard]] StreamFormat format() const;

  TimerQueue& timers_;
  const EncodingEffort& effort_;
  Transcoder::Bench& bench_;
  StreamWriter writer_;
  PacketSink& sink_;
  std::optional<LegSettings> settings_;
  Source source_ = Silence{};
  /// There while a sound is played: it is large, and most legs never hear one.
  std::unique_ptr<Player> player_;
  /// There while the audio that is heard needs it.
  std::unique_ptr<Transcoder> transcoder_;
  Ssrc transcoded_;
  std::optional<TelephoneEventRelay> events_;
  std::uint32_t events_from_clock_ = 0;
  /// Those that wait for the one that is being pressed.
  std::deque<Digit> digits_;
  std::optional<DigitSender> digit_sender_;
  Timer frame_timer_;
  Timer digit_timer_;
};

}  // namespace webcalling::media
