#include "media/session/plain_transport.hpp"

#include <utility>

#include "media/rtcp/packet.hpp"
#include "media/session/nowhere.hpp"
#include "media/session/packet_layer.hpp"

namespace webcalling::media {

void PlainTransport::set_remote(const RemotePlain& remote) {
  set_address(remote);
  set_protection();
  take_early_hellos();
}

void PlainTransport::take_early_hellos() {
  for (const PlainPort port : {PlainPort::Rtp, PlainPort::Rtcp}) {
    const auto hello = std::exchange(early_hellos_[static_cast<std::size_t>(port)], std::nullopt);
    DtlsPort* dtls = dtls_of(port);
    if (hello && dtls != nullptr) dtls->handshakes.receive(hello->datagram, hello->from);
  }
}

void PlainTransport::set_address(const RemotePlain& remote) {
  const RemotePlain before = remote_.value_or(RemotePlain{});
  remote_ = remote;
  if (is_nowhere(remote.rtp)) {
    remote_->rtp = before.rtp;
    remote_->rtcp = before.rtcp;
  }
  if (remote_->rtp != before.rtp) unlock();
  may_have_moved_ = true;
}

void PlainTransport::set_protection() {
  const auto* dtls = std::get_if<RemoteDtls>(&remote_->protection);
  if (dtls != nullptr) {
    set_dtls(*dtls);
  } else {
    rtp_dtls_.reset();
    rtcp_dtls_.reset();
  }
  if (const auto* keys = std::get_if<SdesKeys>(&remote_->protection)) {
    sdes_.use(keys->send, keys->receive);
  } else {
    sdes_.close();
  }
}

void PlainTransport::set_dtls(const RemoteDtls& dtls) {
  if (!rtp_dtls_) rtp_dtls_ = make_dtls_port(PlainPort::Rtp);
  if (remote_->rtcp_mux) {
    rtcp_dtls_.reset();
  } else if (!rtcp_dtls_) {
    rtcp_dtls_ = make_dtls_port(PlainPort::Rtcp);
  }
  rtp_dtls_->handshakes.set_remote(dtls, remote_->rtp);
  if (rtcp_dtls_) rtcp_dtls_->handshakes.set_remote(dtls, remote_->rtcp);
  for (DtlsPort* port : {rtp_dtls_.get(), rtcp_dtls_.get()}) {
    if (port != nullptr && !port->handshakes.connected()) port->srtp.close();
  }
}

std::unique_ptr<PlainTransport::DtlsPort> PlainTransport::make_dtls_port(PlainPort port) {
  return std::make_unique<DtlsPort>(
      context_, services_,
      DtlsHandshakes::Outside{
          .send = [this, port](const Endpoint& to, Bytes datagram) { sender_.send_plain(leg_, port, to, datagram); },
          .on_connected = [this, port](const Endpoint& peer,
                                       const dtls::Connected& keys) { on_connected(port, peer, keys); }});
}

void PlainTransport::on_connected(PlainPort port, const Endpoint& peer, const dtls::Connected& keys) {
  dtls_of(port)->srtp.use(keys.send_key, keys.receive_key);
  if (port == PlainPort::Rtp) {
    lock(peer);
  } else {
    locked_rtcp_ = peer;
  }
}

SrtpChannel* PlainTransport::srtp_of(PlainPort port) {
  if (std::holds_alternative<SdesKeys>(remote_->protection)) return &sdes_;
  DtlsPort* dtls = dtls_of(port);
  return dtls == nullptr ? nullptr : &dtls->srtp;
}

ReceivedPacket PlainTransport::receive(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  switch (layer_of(datagram)) {
    case PacketLayer::Stun:
    case PacketLayer::Dtls: return receive_handshake(port, datagram, from);
    case PacketLayer::Rtp: break;
    case PacketLayer::Unknown: return {};
  }
  if (!remote_) return {};
  return is_encrypted() ? receive_srtp(port, datagram, from) : receive_clear(port, datagram, from);
}

ReceivedPacket PlainTransport::receive_handshake(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  const bool is_stun = layer_of(datagram) == PacketLayer::Stun;
  if (!remote_ && !is_stun && dtls::find_client_hello(datagram)) {
    // An answer is easily overtaken by the handshake that it announces (measured: baresip), and it takes a second until
    // a phone says hello again.
    early_hellos_[static_cast<std::size_t>(port)] = EarlyHello{from, {datagram.begin(), datagram.end()}};
  }
  DtlsPort* dtls = dtls_of(port);
  if (dtls == nullptr) return {};
  if (is_stun) {
    dtls->handshakes.receive_stun(datagram, from);
  } else {
    dtls->handshakes.receive(datagram, from);
  }
  return {ReceivedPacket::Kind::Consumed};
}

ReceivedPacket PlainTransport::receive_srtp(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  using Kind = ReceivedPacket::Kind;
  SrtpChannel* channel = srtp_of(port);
  if (channel == nullptr || (port == PlainPort::Rtcp && !is_rtcp(datagram))) return {};
  const ReceivedPacket received = channel->receive(datagram);
  if (received.kind == Kind::Rtp) follow(from);
  if (received.kind == Kind::Rtcp && port == PlainPort::Rtcp) locked_rtcp_ = from;
  return received;
}

/// Only the peer can have made the packet, but somebody on its way may have sent it on from elsewhere: one alone moves
/// nothing.
void PlainTransport::follow(const Endpoint& from) {
  if (from == locked_) {
    candidate_.reset();
    return;
  }
  const int packets = candidate_ && candidate_->from == from ? candidate_->packets + 1 : 1;
  candidate_ = Candidate{.from = from, .packets = packets};
  const int needed = from == left_ ? kProofOfStaying : locked_ ? kProof : 1;
  if (packets >= needed) lock(from);
}

ReceivedPacket PlainTransport::receive_clear(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  if (port == PlainPort::Rtcp || is_rtcp(datagram)) return receive_clear_rtcp(port, datagram, from);
  if (!is_peer(datagram, from)) return {};
  return {ReceivedPacket::Kind::Rtp, datagram};
}

/// RTCP proves nothing by itself: it is believed from the host whose RTP is believed, and from where the description
/// says.
ReceivedPacket PlainTransport::receive_clear_rtcp(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  const bool known_host = locked_ && from.address == locked_->address;
  if (!is_rtcp(datagram) || (!known_host && from != remote_->rtcp)) return {};
  // Noise from the phone's host does not take its reports away (ATTACKS S5).
  if (port == PlainPort::Rtcp && known_host && !locked_rtcp_ && parse_rtcp(datagram)) locked_rtcp_ = from;
  return {ReceivedPacket::Kind::Rtcp, datagram};
}

bool PlainTransport::is_peer(Bytes datagram, const Endpoint& from) {
  if (from == locked_) {
    may_have_moved_ = false;
    return true;
  }
  if (!may_become_peer(from)) return false;
  const bool at_once = !locked_ && from == remote_->rtp;
  if (!at_once && !proves_itself(datagram, from)) return false;
  lock(from);
  return true;
}

bool PlainTransport::may_become_peer(const Endpoint& from) const {
  if (!locked_ || from == remote_->rtp) return true;
  return may_have_moved_ && from.address == locked_->address;
}

bool PlainTransport::proves_itself(Bytes datagram, const Endpoint& from) {
  const auto packet = RtpPacket::parse(datagram);
  if (!packet) return false;
  const RtpHeader& header = packet->header();
  const bool continues = candidate_ && candidate_->from == from && candidate_->ssrc == header.ssrc &&
                         candidate_->awaited == header.sequence;
  const int packets = continues ? candidate_->packets + 1 : 1;
  candidate_ = Candidate{from, header.ssrc, header.sequence + 1, packets};
  return packets >= (from == left_ ? kProofOfStaying : kProof);
}

void PlainTransport::lock(const Endpoint& from) {
  // Behind another address of a NAT the old one for RTCP is void as well.
  if (locked_) locked_rtcp_.reset();
  locked_ = from;
  left_.reset();
  candidate_.reset();
  may_have_moved_ = false;
}

void PlainTransport::unlock() {
  if (locked_) left_ = locked_;
  locked_.reset();
  locked_rtcp_.reset();
  candidate_.reset();
}

bool PlainTransport::send_rtp(MutableBytes buffer, std::size_t length) {
  if (!ready()) return false;
  if (is_encrypted())
    return send(PlainPort::Rtp, rtp_destination(), srtp_of(PlainPort::Rtp)->protect_rtp(buffer, length));
  return send(PlainPort::Rtp, rtp_destination(), buffer.first(length));
}

bool PlainTransport::send_rtcp(MutableBytes buffer, std::size_t length) {
  if (!ready()) return false;
  const PlainPort port = remote_->rtcp_mux ? PlainPort::Rtp : PlainPort::Rtcp;
  const Endpoint& own = locked_rtcp_ ? *locked_rtcp_ : remote_->rtcp;
  const Endpoint& to = remote_->rtcp_mux ? rtp_destination() : own;
  if (!is_encrypted()) return send(port, to, buffer.first(length));
  SrtpChannel* channel = srtp_of(port);
  return channel != nullptr && send(port, to, channel->protect_rtcp(buffer, length));
}

bool PlainTransport::send(PlainPort port, const Endpoint& to, Bytes datagram) {
  if (datagram.empty() || is_nowhere(to)) return false;
  sender_.send_plain(leg_, port, to, datagram);
  return true;
}

bool PlainTransport::ready() const {
  if (!remote_ || (!locked_ && is_nowhere(remote_->rtp))) return false;
  if (std::holds_alternative<RemoteDtls>(remote_->protection)) return rtp_dtls_->srtp.is_open();
  return std::holds_alternative<InTheClear>(remote_->protection) || sdes_.is_open();
}

std::string PlainTransport::obstacle() const {
  if (!remote_ || !is_encrypted() || locked_) return {};
  if (rtp_dtls_) return rtp_dtls_->handshakes.failure();
  return sdes_.is_open() ? "the phone sends no audio that its key fits"
                         : "the keys in the descriptions could not be used";
}

void PlainTransport::close() {
  for (DtlsPort* port : {rtp_dtls_.get(), rtcp_dtls_.get()}) {
    if (port != nullptr) port->handshakes.close();
  }
}

}  // namespace webcalling::media
