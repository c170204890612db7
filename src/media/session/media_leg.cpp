#include "media/session/media_leg.hpp"

#include <cstring>

#include "base/prefetch.hpp"

namespace webcalling::media {
namespace {

/// So long a browser says nothing only when it is gone: it sends audio fifty times a second, also when muted.
constexpr Duration kLongestGap = 1s;
constexpr Duration kBetweenPauseChecks = 500ms;

// Bytes at the start of an object that every packet needs.
constexpr std::size_t kReportsPart = 104;
constexpr std::size_t kOutgoingPart = 352;

}  // namespace

MediaLeg::MediaLeg(const LocalLeg& local, ShardServices& services, LegTransport& transport)
    : id_(local.id),
      services_(services),
      transport_(transport),
      is_plain_(std::holds_alternative<LocalPlain>(local.transport)),
      reports_(local.ssrc, local.cname),
      outgoing_(local.ssrc, services.timers, services.random, services.effort, services.bench, *this),
      report_timer_(services.timers,
                    [this] {
                      send_report(false);
                      report_timer_.start(report_delay(services_.random));
                    }),
      silence_timer_(services.timers, [this] { check_silence(); }),
      pause_timer_(services.timers, [this] { check_pause(); }) {}

void MediaLeg::configure(const LegSettings& settings) {
  settings_ = settings;
  outgoing_.configure(settings);
  if (!report_timer_.running()) report_timer_.start(report_delay(services_.random));
  if (!is_plain_) return pause_timer_.start(kBetweenPauseChecks);
  // Silence counts from here: before, the peer had no reason to send.
  note_arrival();
  silence_timer_.start(services_.plain_silence_limit);
}

void MediaLeg::prefetch_receiving() const {
  const auto* begin = reinterpret_cast<const char*>(this);
  prefetch(begin, static_cast<std::size_t>(reinterpret_cast<const char*>(&reports_) - begin));
}

void MediaLeg::prefetch_formats() const {
  if (settings_) prefetch(settings_->receive.data(), sizeof(PayloadMapping));
}

void MediaLeg::prefetch_sending() const {
  prefetch(&reports_, kReportsPart);
  prefetch(&outgoing_, kOutgoingPart);
}

std::optional<HeardPacket> MediaLeg::receive_rtp(Bytes bytes) {
  const auto packet = RtpPacket::parse(bytes);
  if (!packet || !settings_) return std::nullopt;
  note_arrival();
  const HeardPacket heard = classify(*packet);
  if (!is_trusted(heard) || !settings_->may_receive) return std::nullopt;
  tell(heard);
  return heard;
}

HeardPacket MediaLeg::classify(const RtpPacket& packet) const {
  using Kind = HeardPacket::Kind;
  const std::uint32_t usual_clock = traits_of(settings_->send.codec).clock_rate;
  HeardPacket heard{packet.header(), packet.payload(), Kind::Other, settings_->send.codec, usual_clock};
  if (heard.payload.empty()) return heard;
  for (const PayloadMapping& mapping : settings_->receive) {
    if (mapping.payload_type != heard.header.payload_type) continue;
    heard.kind = Kind::Audio;
    heard.codec = mapping.codec;
    heard.clock_rate = traits_of(mapping.codec).clock_rate;
    return heard;
  }
  for (const TelephoneEventMapping& mapping : settings_->receive_events) {
    if (mapping.payload_type != heard.header.payload_type) continue;
    heard.kind = Kind::TelephoneEvent;
    heard.clock_rate = mapping.clock_rate;
    return heard;
  }
  return heard;
}

/// Counts a packet, and says whether it may be heard: once, and only if it goes on with the sequence that is heard
/// already. Another one is heard from its second packet on, so that single packets of somebody else never are (ATTACKS
/// S10).
bool MediaLeg::is_trusted(const HeardPacket& packet) {
  using Arrival = ReceiveStatistics::Arrival;
  switch (statistics_.receive(packet.header, packet.clock_rate, services_.timers.now())) {
    case Arrival::InOrder:
    case Arrival::Reordered: return true;
    case Arrival::Duplicate: return false;
    case Arrival::Probation:
    case Arrival::Stray: break;
  }
  return !statistics_.source();
}

void MediaLeg::tell(const HeardPacket& packet) {
  if (packet.kind == HeardPacket::Kind::Other) return;
  if (!connected_) {
    connected_ = true;
    services_.on_event(id_, MediaConnected{});
  }
  if (packet.kind != HeardPacket::Kind::TelephoneEvent) return;
  if (const auto digit = digits_.receive(packet.header, packet.payload)) {
    services_.on_event(id_, DigitReceived{*digit});
  }
}

void MediaLeg::receive_rtcp(Bytes datagram) {
  const auto packets = parse_rtcp(datagram);
  if (!packets) return;
  note_arrival();
  for (const RtcpPacket& packet : *packets) reports_.receive(packet, services_.timers.now());
}

void MediaLeg::send(const RtpHeader& header, std::uint32_t clock_rate, Bytes payload) {
  const std::size_t length = RtpHeader::kSize + payload.size();
  if (length > kMaxRtpPacket) return;
  const MutableBytes packet = services_.packet;
  write_header(packet, header);
  std::memcpy(packet.data() + RtpHeader::kSize, payload.data(), payload.size());
  if (transport_.send_rtp(packet, length)) {
    reports_.note_sent(header.timestamp, clock_rate, payload.size(), services_.timers.now());
  }
}

void MediaLeg::send_report(bool goodbye) {
  if (!transport_.ready()) return;
  ByteVector report;
  const TimePoint now = services_.timers.now();
  if (goodbye) {
    reports_.write_goodbye(report, statistics_, now, services_.wall_clock());
  } else {
    reports_.write_report(report, statistics_, now, services_.wall_clock());
  }
  if (report.empty()) return;
  const std::size_t length = report.size();
  report.resize(length + LegTransport::kMaxExpansion);
  transport_.send_rtcp(report, length);
}

void MediaLeg::say_goodbye() {
  if (settings_) send_report(true);
}

void MediaLeg::check_silence() {
  // A peer that is held, or holds, owes us nothing.
  if (!settings_->may_receive || !settings_->may_send) note_arrival();
  const TimePoint now = services_.timers.now();
  if (now - last_arrival_ >= services_.plain_silence_limit) {
    const std::string why = transport_.obstacle();
    services_.on_event(id_, MediaLost{why.empty() ? "the phone sends no audio any more" : why});
    note_arrival();
  }
  silence_timer_.start(last_arrival_ + services_.plain_silence_limit - now);
}

void MediaLeg::check_pause() {
  pause_timer_.start(kBetweenPauseChecks);
  const bool owes_audio = connected_ && settings_->may_receive && settings_->may_send;
  const bool paused = owes_audio && services_.timers.now() - last_arrival_ >= kLongestGap;
  if (paused == paused_) return;
  paused_ = paused;
  services_.on_event(id_, paused ? LegEvent(MediaPaused{}) : LegEvent(MediaResumed{}));
}

}  // namespace webcalling::media
