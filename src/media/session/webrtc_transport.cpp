#include "media/session/webrtc_transport.hpp"

#include <algorithm>
#include <utility>

#include "media/session/packet_layer.hpp"

namespace webcalling::media {
WebRtcTransport::WebRtcTransport(ice::Credentials local, const dtls::Context& context, TimerQueue& timers,
                                 DatagramSender& sender, OnPath on_path, OnLost on_lost)
    : ice_(std::move(local)),
      context_(context),
      timers_(timers),
      sender_(sender),
      on_path_(std::move(on_path)),
      on_lost_(std::move(on_lost)),
      handshake_timer_(timers,
                       [this] {
                         dtls_->expire(timers_.now());
                         drain();
                       }),
      watch_timer_(timers, [this] { check(); }) {}

void WebRtcTransport::set_remote(const RemoteWebRtc& remote) {
  ice_.set_remote(remote.ice);
  if (needs_new_association(remote)) begin_association(remote.our_role);
  remote_ = remote;
  dtls_->set_remote_fingerprints(remote.fingerprints, timers_.now());
  start_if_possible();
  drain();
  patience_until_ = timers_.now() + ice::kConsentLifetime;
  watch();
}

/// A connected association keeps its role and keys through hold and ICE restart. One that came up early for a peer
/// whose role we had to guess begins anew if the guess was wrong.
bool WebRtcTransport::needs_new_association(const RemoteWebRtc& remote) const {
  if (!dtls_ || dtls_->state() == dtls::DtlsEndpoint::State::Closed) return true;
  if (remote_ && !std::ranges::is_permutation(remote.fingerprints, remote_->fingerprints)) return true;
  return dtls_->role() != remote.our_role && !srtp_.is_open();
}

void WebRtcTransport::begin_association(dtls::DtlsEndpoint::Role role) {
  srtp_.close();
  failure_.clear();
  dtls_ = std::make_unique<dtls::DtlsEndpoint>(context_, role);
}

ReceivedPacket WebRtcTransport::receive(MutableBytes datagram, const Endpoint& from, const IpAddress& local) {
  using Kind = ReceivedPacket::Kind;
  const PacketLayer layer = layer_of(datagram);
  if (layer == PacketLayer::Stun) {
    receive_stun(datagram, from, local);
    return {Kind::Consumed};
  }
  if (!ice_.is_valid(from)) return {};
  switch (layer) {
    case PacketLayer::Rtp: return srtp_.receive(datagram);
    case PacketLayer::Dtls: receive_dtls(datagram); return {Kind::Consumed};
    case PacketLayer::Stun:
    case PacketLayer::Unknown: break;
  }
  return {};
}

void WebRtcTransport::receive_stun(Bytes datagram, const Endpoint& from, const IpAddress& local) {
  const auto outcome = ice_.receive(datagram, from, local, timers_.now());
  if (!outcome.response.empty()) sender_.send_shared(local, from, outcome.response);
  if (outcome.forgotten) on_path_(outcome.forgotten->remote, false);
  if (outcome.accepted) on_path_(from, true);
  if (!outcome.selected) return;
  start_if_possible();
  drain();
}

void WebRtcTransport::start_if_possible() {
  if (dtls_ && remote_ && ice_.selected()) dtls_->start(timers_.now());
}

void WebRtcTransport::receive_dtls(Bytes datagram) {
  // A ClientHello may be here before the answer that says who is who: we offered actpass, so whoever begins is the
  // client.
  if (!dtls_) begin_association(dtls::DtlsEndpoint::Role::Server);
  dtls_->receive(datagram, timers_.now());
  drain();
}

void WebRtcTransport::drain() {
  if (!dtls_) return;
  while (const auto datagram = dtls_->poll_datagram()) send(*datagram);
  while (const auto event = dtls_->poll_event()) handle(*event);
  if (const auto deadline = dtls_->next_deadline()) {
    handshake_timer_.start(std::max(Duration::zero(), *deadline - timers_.now()));
  } else {
    handshake_timer_.stop();
  }
}

void WebRtcTransport::handle(const dtls::Event& event) {
  if (const auto* connected = std::get_if<dtls::Connected>(&event)) return connect(*connected);
  if (const auto* failed = std::get_if<dtls::Failed>(&event)) {
    // An attempt came to nothing (ATTACKS S6): the next may succeed, while patience lasts. The first tells the reason;
    // what follows is often only that the peer no longer answers.
    if (failure_.empty()) failure_ = failed->reason;
    return;
  }
  srtp_.close();
  failure_ = "the browser closed the connection";
  on_lost_(failure_);
}

void WebRtcTransport::connect(const dtls::Connected& connected) {
  if (!srtp_.use(connected.send_key, connected.receive_key)) {
    on_lost_("the keys of the DTLS handshake could not be used");
  }
}

void WebRtcTransport::prefetch_receiving() const {
  ice_.prefetch_receiving();
  srtp_.prefetch_receiving();
}

bool WebRtcTransport::send_rtp(MutableBytes buffer, std::size_t length) {
  return ready() && send(srtp_.protect_rtp(buffer, length));
}

bool WebRtcTransport::send_rtcp(MutableBytes buffer, std::size_t length) {
  return ready() && send(srtp_.protect_rtcp(buffer, length));
}

bool WebRtcTransport::send(Bytes datagram) {
  const auto& pair = ice_.selected();
  if (datagram.empty() || !pair || !has_consent()) return false;
  sender_.send_shared(pair->local, pair->remote, datagram);
  return true;
}

void WebRtcTransport::close() {
  if (!dtls_) return;
  dtls_->close();
  while (const auto datagram = dtls_->poll_datagram()) send(*datagram);
}

bool WebRtcTransport::has_consent() const {
  const auto deadline = ice_.consent_deadline();
  return deadline && timers_.now() < *deadline;
}

std::string WebRtcTransport::obstacle() const {
  if (!ice_.last_check()) return "no connectivity check of the browser arrived: is UDP to the media port blocked?";
  if (!has_consent()) return "the browser stopped answering: its network is gone";
  if (srtp_.is_open()) return {};
  return failure_.empty() ? "the DTLS handshake did not finish" : failure_;
}

void WebRtcTransport::watch() {
  // Every check puts the end of consent off, so that this comes to pass in vain once in a while.
  const TimePoint next = std::max(patience_until_, ice_.consent_deadline().value_or(patience_until_));
  watch_timer_.start(next - timers_.now());
}

void WebRtcTransport::check() {
  if (const std::string why = obstacle(); !why.empty()) {
    patience_until_ = timers_.now() + ice::kConsentLifetime;
    on_lost_(why);
  }
  watch();
}

}  // namespace webcalling::media
