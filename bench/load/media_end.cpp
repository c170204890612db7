#include "load/media_end.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "io/clock.hpp"
#include "media/rtp/packet.hpp"
#include "media/stun/message.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::load {
namespace {

using media::dtls::DtlsEndpoint;
using media::srtp::SrtpSession;

/// Until the path answers, and then as browsers ask for consent (RFC 7675 section 5.1).
constexpr Duration kBetweenChecks = 50ms;
constexpr Duration kBetweenConsents = 5s;
/// Of a host candidate (RFC 8445 section 5.1.2.2).
constexpr std::uint32_t kPriority = 0x6E0001FF;
constexpr std::size_t kLongestPacket = 1500;

bool is_dtls(Bytes datagram) { return !datagram.empty() && datagram[0] >= 20 && datagram[0] <= 63; }

}  // namespace

Result<std::unique_ptr<MediaEnd>> MediaEnd::open(const Surroundings& surroundings, MediaKind kind, Words words) {
  std::unique_ptr<MediaEnd> end(new MediaEnd(surroundings, kind, std::move(words)));
  auto at = surroundings.network.add([end = end.get()](MutableBytes datagram) { end->receive(datagram); });
  if (!at) return Failure(std::move(at.error()));
  end->own_.at = *at;
  return end;
}

MediaEnd::MediaEnd(const Surroundings& surroundings, MediaKind kind, Words words)
    : around_(surroundings),
      own_{.kind = kind, .codec = words.codec},
      words_(std::move(words)),
      ssrc_(surroundings.random.u32()),
      sequence_(static_cast<std::uint16_t>(surroundings.random.below(0x8000))),
      timestamp_(surroundings.random.u32()) {
  if (kind != MediaKind::WebRtc) return;
  own_.ice = media::ice::Credentials::generate(surroundings.random);
  own_.fingerprint = surroundings.dtls.fingerprint().text();
}

MediaEnd::~MediaEnd() {
  if (own_.at.port != 0) around_.network.close(own_.at);
}

void MediaEnd::connect(const ServerMedia& server) {
  server_ = server;
  if (own_.kind != MediaKind::WebRtc) return;
  const auto role = server.we_are_dtls_client ? DtlsEndpoint::Role::Client : DtlsEndpoint::Role::Server;
  encryption_.reset(new Encryption{
      .dtls = DtlsEndpoint(around_.dtls, role),
      .check_timer = Timer(around_.timers, [this] { check(); }),
      .dtls_timer = Timer(around_.timers,
                          [this] {
                            encryption_->dtls.expire(around_.timers.now());
                            drain();
                          }),
  });
  encryption_->dtls.set_remote_fingerprints(server.fingerprints, around_.timers.now());
  check();
}

bool MediaEnd::is_connected() const {
  return server_.has_value() && (own_.kind == MediaKind::Plain || (encryption_ && encryption_->send.has_value()));
}

void MediaEnd::speak() {
  if (!is_connected()) return;
  std::array<std::uint8_t, kLongestPacket> packet;
  const Bytes payload = words_.speech->next(io::MonotonicClock::now());
  const media::RtpHeader header{.payload_type = media::PayloadType(server_->payload_type),
                                .sequence = media::SequenceNumber(sequence_++),
                                .timestamp = media::RtpTimestamp(timestamp_),
                                .ssrc = media::Ssrc(ssrc_)};
  timestamp_ += media::to_ticks(kPacketTime, media::traits_of(words_.codec).clock_rate);
  media::write_header(packet, header);
  std::copy(payload.begin(), payload.end(), packet.begin() + media::RtpHeader::kSize);
  std::size_t length = media::RtpHeader::kSize + payload.size();
  if (encryption_) {
    const auto protected_length = encryption_->send->protect(packet, length);
    if (!protected_length) return;
    length = *protected_length;
  }
  around_.network.send(own_.at, server_->at, Bytes(packet).first(length));
}

void MediaEnd::receive(MutableBytes datagram) {
  if (media::stun::looks_like_stun(datagram)) return receive_stun(datagram);
  if (!is_dtls(datagram)) return receive_rtp(datagram);
  if (!encryption_) return;
  encryption_->dtls.receive(datagram, around_.timers.now());
  drain();
}

void MediaEnd::receive_stun(Bytes datagram) {
  const auto message = media::stun::Message::parse(datagram);
  if (!message || !encryption_ || message->message_class != media::stun::MessageClass::Success) return;
  if (!message->check_integrity(server_->ice.pwd) || std::exchange(encryption_->path_is_checked, true)) return;
  encryption_->check_timer.start(kBetweenConsents);
  if (encryption_->dtls.role() == DtlsEndpoint::Role::Client) encryption_->dtls.start(around_.timers.now());
  drain();
}

void MediaEnd::receive_rtp(MutableBytes datagram) {
  if (media::is_rtcp(datagram)) return;
  std::size_t length = datagram.size();
  if (own_.kind == MediaKind::WebRtc) {
    if (!encryption_ || !encryption_->receive) return;
    const auto clear = encryption_->receive->unprotect(datagram, length);
    if (!clear) return;
    length = *clear;
  }
  const auto packet = media::RtpPacket::parse(Bytes(datagram).first(length));
  if (packet) words_.ear.hear(*packet, io::MonotonicClock::now());
}

void MediaEnd::check() {
  media::stun::TransactionId id{};
  around_.random.fill(id);
  media::stun::Writer writer(media::stun::MessageClass::Request, media::stun::kBindingMethod, id);
  writer.username(server_->ice.ufrag + ":" + own_.ice.ufrag).priority(kPriority).ice_controlling(ssrc_).use_candidate();
  around_.network.send(own_.at, server_->at, writer.integrity(server_->ice.pwd).fingerprint().take());
  encryption_->check_timer.start(encryption_->path_is_checked ? kBetweenConsents : kBetweenChecks);
}

void MediaEnd::drain() {
  DtlsEndpoint& dtls = encryption_->dtls;
  while (const auto datagram = dtls.poll_datagram()) around_.network.send(own_.at, server_->at, *datagram);
  while (const auto event = dtls.poll_event()) {
    const auto* connected = std::get_if<media::dtls::Connected>(&*event);
    if (connected == nullptr) continue;
    auto send = SrtpSession::create(connected->send_key, SrtpSession::Direction::Send);
    auto receive = SrtpSession::create(connected->receive_key, SrtpSession::Direction::Receive);
    if (!send || !receive) continue;
    encryption_->send.emplace(std::move(*send));
    encryption_->receive.emplace(std::move(*receive));
  }
  const auto deadline = dtls.next_deadline();
  if (deadline) encryption_->dtls_timer.start(std::max(Duration::zero(), *deadline - around_.timers.now()));
}

}  // namespace webcalling::load
