#include "media/session/webrtc_transport.hpp"

#include <algorithm>

#include "media/rtp/packet.hpp"

namespace webcalling::media {
namespace {

enum class Layer { Stun, Dtls, Rtp, Unknown };

/// RFC 7983 section 7.
Layer layer_of(Bytes datagram) {
  if (datagram.empty()) return Layer::Unknown;
  const std::uint8_t first = datagram[0];
  if (first <= 3) return Layer::Stun;
  if (first >= 20 && first <= 63) return Layer::Dtls;
  if (first >= 128 && first <= 191) return Layer::Rtp;
  return Layer::Unknown;
}

}  // namespace

WebRtcTransport::WebRtcTransport(ice::Credentials local, const dtls::Context& context, TimerQueue& timers,
                                 DatagramSender& sender, OnPath on_path, OnLost on_lost)
    : ice_(std::move(local)),
      context_(context),
      timers_(timers),
      sender_(sender),
      on_path_(std::move(on_path)),
      on_lost_(std::move(on_lost)),
      patience_until_(timers.now()),
      handshake_timer_(timers,
                       [this] {
                         dtls_->expire(timers_.now());
                         drain();
                       }),
      consent_timer_(timers, [this] { on_consent_timer(); }) {}

void WebRtcTransport::set_remote(const RemoteWebRtc& remote) {
  ice_.set_remote(remote.ice);
  // A connected association keeps its role and keys through hold and ICE restart; one that came up early for a peer
  // whose role we had to guess begins anew if the guess was wrong.
  if (!dtls_ || (dtls_->role() != remote.our_role && !ready())) make_endpoint(remote.our_role);
  remote_ = remote;
  dtls_->set_remote_fingerprints(remote.fingerprints, timers_.now());
  start_if_possible();
  drain();
  patience_until_ = timers_.now() + ice::kConsentLifetime;
  watch_consent();
}

ReceivedPacket WebRtcTransport::receive(MutableBytes datagram, const Endpoint& from, const IpAddress& local) {
  const Layer layer = layer_of(datagram);
  if (layer == Layer::Stun) {
    receive_stun(datagram, from, local);
    return {};
  }
  if (!ice_.is_valid(from)) return {};
  if (layer == Layer::Rtp) return receive_srtp(datagram);
  if (layer == Layer::Dtls) receive_dtls(datagram);
  return {};
}

void WebRtcTransport::receive_stun(Bytes datagram, const Endpoint& from, const IpAddress& local) {
  const auto outcome = ice_.receive(datagram, from, local, timers_.now());
  if (!outcome.response.empty()) sender_.send_shared(local, from, outcome.response);
  if (outcome.forgotten) on_path_(outcome.forgotten->remote, false);
  if (outcome.validated) on_path_(outcome.validated->remote, true);
  if (outcome.selected) {
    start_if_possible();
    drain();
  }
}

void WebRtcTransport::start_if_possible() {
  using State = dtls::DtlsEndpoint::State;
  const bool can_start = dtls_ && remote_ && ice_.selected() && dtls_->state() == State::Idle;
  if (can_start) dtls_->start(timers_.now());
}

void WebRtcTransport::receive_dtls(Bytes datagram) {
  // A ClientHello may be here before the answer that says who is who: we offered actpass, so whoever begins is the
  // client.
  if (!dtls_) make_endpoint(dtls::DtlsEndpoint::Role::Server);
  dtls_->receive(datagram, timers_.now());
  drain();
}

void WebRtcTransport::make_endpoint(dtls::DtlsEndpoint::Role role) {
  dtls_ = std::make_unique<dtls::DtlsEndpoint>(context_, role);
}

void WebRtcTransport::drain() {
  if (!dtls_) return;
  while (const auto datagram = dtls_->poll_datagram()) send(*datagram);
  while (const auto event = dtls_->poll_event()) {
    if (const auto* connected = std::get_if<dtls::Connected>(&*event)) connect(*connected);
    if (const auto* failed = std::get_if<dtls::Failed>(&*event)) last_failure_ = failed->reason;
    if (std::holds_alternative<dtls::Closed>(*event)) on_lost_("the browser closed the connection");
  }
  if (const auto deadline = dtls_->next_deadline()) {
    handshake_timer_.start(std::max(Duration::zero(), *deadline - timers_.now()));
  } else {
    handshake_timer_.stop();
  }
}

void WebRtcTransport::connect(const dtls::Connected& connected) {
  using Direction = srtp::SrtpSession::Direction;
  auto send = srtp::SrtpSession::create(connected.send_key, Direction::Send);
  auto receive = srtp::SrtpSession::create(connected.receive_key, Direction::Receive);
  if (!send || !receive) return on_lost_("the keys of the DTLS handshake could not be used");
  send_ = std::move(*send);
  receive_ = std::move(*receive);
}

ReceivedPacket WebRtcTransport::receive_srtp(MutableBytes datagram) {
  using Kind = ReceivedPacket::Kind;
  if (!receive_) return {};
  const bool rtcp = is_rtcp(datagram);
  const auto length =
      rtcp ? receive_->unprotect_rtcp(datagram, datagram.size()) : receive_->unprotect(datagram, datagram.size());
  // Forged and repeated packets are dropped without a word (ATTACKS S5).
  if (!length) return {};
  return {rtcp ? Kind::Rtcp : Kind::Rtp, datagram.first(*length)};
}

void WebRtcTransport::send_rtp(MutableBytes buffer, std::size_t length) {
  if (!send_) return;
  if (const auto protected_length = send_->protect(buffer, length)) send(buffer.first(*protected_length));
}

void WebRtcTransport::send_rtcp(MutableBytes buffer, std::size_t length) {
  if (!send_) return;
  if (const auto protected_length = send_->protect_rtcp(buffer, length)) send(buffer.first(*protected_length));
}

void WebRtcTransport::send(Bytes datagram) {
  if (const auto& pair = ice_.selected()) sender_.send_shared(pair->local, pair->remote, datagram);
}

void WebRtcTransport::close() {
  if (!dtls_) return;
  dtls_->close();
  while (const auto datagram = dtls_->poll_datagram()) send(*datagram);
}

void WebRtcTransport::watch_consent() {
  const TimePoint deadline = std::max(patience_until_, ice_.consent_deadline().value_or(patience_until_));
  consent_timer_.start(std::max<Duration>(deadline - timers_.now(), 1ms));
}

void WebRtcTransport::on_consent_timer() {
  const TimePoint now = timers_.now();
  const bool silent = now >= ice_.consent_deadline().value_or(now) && now >= patience_until_;
  if (silent && !ice_.last_check())
    on_lost_("no connectivity check of the browser arrived: is UDP to the media port blocked?");
  if (silent && ice_.last_check()) on_lost_("the browser stopped answering: its network is gone");
  if (!silent && now >= patience_until_ && !ready()) {
    on_lost_(last_failure_.empty() ? "the DTLS handshake did not finish" : last_failure_);
  }
  if (silent || !ready()) patience_until_ = now + ice::kConsentLifetime;
  watch_consent();
}

}  // namespace webcalling::media
