#include "media/session/media_leg.hpp"

#include <algorithm>
#include <cstring>

namespace webcalling::media {

MediaLeg::MediaLeg(const LocalLeg& local, ShardServices& services, LegTransport& transport)
    : id_(local.id),
      services_(services),
      transport_(transport),
      is_plain_(std::holds_alternative<LocalPlain>(local.transport)),
      reports_(local.ssrc, local.cname),
      outgoing_(local.ssrc, services.timers, services.random,
                [this](const RtpHeader& header, std::uint32_t clock_rate, Bytes payload) {
                  send(header, clock_rate, payload);
                }),
      report_timer_(services.timers,
                    [this] {
                      send_report(false);
                      report_timer_.start(report_delay(services_.random));
                    }),
      silence_timer_(services.timers, [this] { check_silence(); }) {}

void MediaLeg::configure(const LegSettings& settings) {
  settings_ = settings;
  outgoing_.configure(settings);
  if (!report_timer_.running()) report_timer_.start(report_delay(services_.random));
  // Silence counts from here: before, the peer had no reason to send.
  if (is_plain_) {
    note_arrival();
    silence_timer_.start(services_.plain_silence_limit);
  }
}

std::optional<HeardPacket> MediaLeg::receive_rtp(Bytes bytes) {
  const auto packet = RtpPacket::parse(bytes);
  if (!packet || !settings_) return std::nullopt;
  const auto heard = classify(*packet);
  if (!heard) return std::nullopt;
  note_arrival();
  if (statistics_.receive(packet->header(), heard->clock_rate, services_.timers.now()) ==
      ReceiveStatistics::Arrival::Duplicate) {
    return std::nullopt;
  }
  if (!connected_) {
    connected_ = true;
    services_.on_event(id_, MediaConnected{});
  }
  if (!heard->codec) {
    if (const auto digit = digits_.receive(packet->header(), heard->payload))
      services_.on_event(id_, DigitReceived{*digit});
  }
  if (!settings_->may_receive || heard->payload.empty()) return std::nullopt;
  return heard;
}

std::optional<HeardPacket> MediaLeg::classify(const RtpPacket& packet) const {
  const PayloadType type = packet.header().payload_type;
  for (const PayloadMapping& mapping : settings_->receive) {
    if (mapping.payload_type == type) {
      return HeardPacket{packet.header(), packet.payload(), mapping.codec, traits_of(mapping.codec).clock_rate};
    }
  }
  for (const TelephoneEventMapping& mapping : settings_->receive_events) {
    if (mapping.payload_type == type)
      return HeardPacket{packet.header(), packet.payload(), std::nullopt, mapping.clock_rate};
  }
  return std::nullopt;
}

void MediaLeg::receive_rtcp(Bytes datagram) {
  const auto packets = parse_rtcp(datagram);
  if (!packets) return;
  note_arrival();
  for (const RtcpPacket& packet : *packets) reports_.receive(packet, services_.timers.now());
}

void MediaLeg::send(const RtpHeader& header, std::uint32_t clock_rate, Bytes payload) {
  if (!transport_.ready() || RtpHeader::kSize + payload.size() > kMaxPacket) return;
  write_header(buffer_, header);
  std::memcpy(buffer_.data() + RtpHeader::kSize, payload.data(), payload.size());
  reports_.note_sent(header.timestamp, clock_rate, payload.size(), services_.timers.now());
  transport_.send_rtp(buffer_, RtpHeader::kSize + payload.size());
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
  const std::size_t length = report.size();
  report.resize(length + LegTransport::kMaxExpansion);
  transport_.send_rtcp(report, length);
}

void MediaLeg::say_goodbye() {
  if (settings_) send_report(true);
}

void MediaLeg::note_arrival() { last_arrival_ = services_.timers.now(); }

void MediaLeg::check_silence() {
  // A peer that is held, or holds, owes us nothing.
  if (!settings_->may_receive || !settings_->may_send) note_arrival();
  const TimePoint deadline = *last_arrival_ + services_.plain_silence_limit;
  const TimePoint now = services_.timers.now();
  if (now >= deadline) {
    services_.on_event(id_, MediaLost{"the phone sends no audio any more"});
    note_arrival();
  }
  silence_timer_.start(std::max<Duration>(*last_arrival_ + services_.plain_silence_limit - now, 1s));
}

}  // namespace webcalling::media
