#include "media/session/plain_transport.hpp"

namespace webcalling::media {
namespace {

bool is_nowhere(const Endpoint& endpoint) { return endpoint.port == 0 || endpoint.address.is_unspecified(); }

/// RFC 7983: RTP and RTCP begin with version 2.
bool is_rtp_or_rtcp(Bytes datagram) { return !datagram.empty() && datagram[0] >= 128 && datagram[0] <= 191; }

}  // namespace

void PlainTransport::set_remote(const RemotePlain& remote) {
  const RemotePlain before = remote_.value_or(RemotePlain{});
  remote_ = remote;
  if (is_nowhere(remote.rtp)) {
    remote_->rtp = before.rtp;
    remote_->rtcp = before.rtcp;
  }
  if (remote_->rtp != before.rtp) unlock();
  may_have_moved_ = true;
}

ReceivedPacket PlainTransport::receive(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  if (!remote_ || !is_rtp_or_rtcp(datagram)) return {};
  if (port == PlainPort::Rtcp || is_rtcp(datagram)) return receive_rtcp(port, datagram, from);
  if (!is_peer(datagram, from)) return {};
  return {ReceivedPacket::Kind::Rtp, datagram};
}

/// RTCP proves nothing by itself: it is believed from the host whose RTP is believed, and from where the description
/// says.
ReceivedPacket PlainTransport::receive_rtcp(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  const bool known_host = locked_ && from.address == locked_->address;
  if (!known_host && from != remote_->rtcp) return {};
  if (port == PlainPort::Rtcp && known_host && !locked_rtcp_) locked_rtcp_ = from;
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
  locked_ = from;
  // Behind another address of a NAT the old one for RTCP is void as well.
  locked_rtcp_.reset();
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
  sender_.send_plain(leg_, PlainPort::Rtp, locked_ ? *locked_ : remote_->rtp, buffer.first(length));
  return true;
}

bool PlainTransport::send_rtcp(MutableBytes buffer, std::size_t length) {
  if (!ready()) return false;
  if (remote_->rtcp_mux) return send_rtp(buffer, length);
  const Endpoint& to = locked_rtcp_ ? *locked_rtcp_ : remote_->rtcp;
  if (is_nowhere(to)) return false;
  sender_.send_plain(leg_, PlainPort::Rtcp, to, buffer.first(length));
  return true;
}

bool PlainTransport::ready() const { return locked_ || (remote_ && !is_nowhere(remote_->rtp)); }

}  // namespace webcalling::media
