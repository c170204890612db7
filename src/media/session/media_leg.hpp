#pragma once

#include <optional>

#include "base/timer_queue.hpp"
#include "media/rtcp/report_builder.hpp"
#include "media/rtp/digit_detector.hpp"
#include "media/rtp/receive_statistics.hpp"
#include "media/session/heard_packet.hpp"
#include "media/session/leg_settings.hpp"
#include "media/session/leg_transport.hpp"
#include "media/session/outgoing_audio.hpp"
#include "media/session/shard_services.hpp"

namespace webcalling::media {

/// The media of one leg above its transport: knows payload types, measures what comes, sends what is to be heard,
/// reports both by RTCP, tells digits. Which leg hears which is the shard's business.
class MediaLeg final : private PacketSink {
 public:
  /// The transport outlives the leg.
  MediaLeg(const LocalLeg& local, ShardServices& services, LegTransport& transport);

  [[nodiscard]] LegId id() const { return id_; }
  void configure(const LegSettings& settings);
  void listen(const Source& source) { outgoing_.listen(source); }
  [[nodiscard]] const Source& source() const { return outgoing_.source(); }
  void hear(const HeardPacket& packet) { outgoing_.hear(packet); }
  void send_digit(char digit, Duration length) { outgoing_.send_digit(digit, length); }

  /// A packet of the peer; the result is what others may hear of it.
  [[nodiscard]] std::optional<HeardPacket> receive_rtp(Bytes packet);
  void receive_rtcp(Bytes datagram);

  /// What a packet of the peer needs, or one to it, comes into the cache (base/prefetch); the second goes on where the
  /// first cannot look yet.
  void prefetch_receiving() const;
  void prefetch_formats() const;
  void prefetch_sending() const;

  /// The last report with BYE.
  void say_goodbye();

 private:
  [[nodiscard]] bool ready() const override { return transport_.ready(); }
  void send(const RtpHeader& header, std::uint32_t clock_rate, Bytes payload) override;
  void send_report(bool goodbye);
  [[nodiscard]] HeardPacket classify(const RtpPacket& packet) const;
  [[nodiscard]] bool is_trusted(const HeardPacket& packet);
  void tell(const HeardPacket& packet);
  void note_arrival() { last_arrival_ = services_.timers.now(); }
  void check_silence();
  void check_pause();

  LegId id_;
  ShardServices& services_;
  LegTransport& transport_;
  bool is_plain_;
  bool connected_ = false;
  bool paused_ = false;
  // What a packet of the peer needs ...
  TimePoint last_arrival_{};
  ReceiveStatistics statistics_;
  std::optional<LegSettings> settings_;
  DigitDetector digits_;
  // ... and what one to the peer does: see prefetch_receiving() and prefetch_sending().
  ReportBuilder reports_;
  OutgoingAudio outgoing_;
  Timer report_timer_;
  Timer silence_timer_;
  Timer pause_timer_;
};

}  // namespace webcalling::media
