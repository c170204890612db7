#include "media/session/plain_transport.hpp"

namespace webcalling::media {
namespace {

bool is_nowhere(const Endpoint& endpoint) { return endpoint.port == 0 || endpoint.address.is_unspecified(); }

/// RFC 7983: RTP and RTCP begin with version 2.
bool is_rtp_or_rtcp(Bytes datagram) { return !datagram.empty() && datagram[0] >= 128 && datagram[0] <= 191; }

}  // namespace

void PlainTransport::set_remote(const RemotePlain& remote) {
  // 0.0.0.0 is an old-style hold: the peer has not moved.
  if (!is_nowhere(remote.rtp) && remote.rtp != remote_.rtp) {
    locked_.reset();
    locked_rtcp_.reset();
    candidate_.reset();
  }
  const RemotePlain before = remote_;
  remote_ = remote;
  if (is_nowhere(remote.rtp)) {
    remote_.rtp = before.rtp;
    remote_.rtcp = before.rtcp;
  }
}

ReceivedPacket PlainTransport::receive(PlainPort port, MutableBytes datagram, const Endpoint& from) {
  using Kind = ReceivedPacket::Kind;
  if (!is_rtp_or_rtcp(datagram)) return {};
  if (port == PlainPort::Rtcp || is_rtcp(datagram)) return receive_rtcp(datagram, from);
  if (!is_peer(datagram, from)) return {};
  return {Kind::Rtp, datagram};
}

ReceivedPacket PlainTransport::receive_rtcp(MutableBytes datagram, const Endpoint& from) {
  // RTCP proves nothing by itself: it is believed from the host whose RTP is believed, and from where the SDP says.
  const bool known_host = locked_ && from.address == locked_->address;
  if (!known_host && from != remote_.rtcp) return {};
  if (!locked_rtcp_ && known_host) locked_rtcp_ = from;
  return {ReceivedPacket::Kind::Rtcp, datagram};
}

bool PlainTransport::is_peer(MutableBytes datagram, const Endpoint& from) {
  if (locked_) return from == *locked_;
  if (from != remote_.rtp && !proves_itself(datagram, from)) return false;
  locked_ = from;
  candidate_.reset();
  return true;
}

bool PlainTransport::proves_itself(MutableBytes datagram, const Endpoint& from) {
  const auto packet = RtpPacket::parse(datagram);
  if (!packet) return false;
  const RtpHeader& header = packet->header();
  const bool continues = candidate_ && candidate_->from == from && candidate_->ssrc == header.ssrc &&
                         candidate_->awaited == header.sequence;
  const int packets = continues ? candidate_->packets + 1 : 1;
  candidate_ = Candidate{from, header.ssrc, header.sequence + 1, packets};
  return packets >= kProof;
}

void PlainTransport::send_rtp(MutableBytes buffer, std::size_t length) {
  const Endpoint& to = locked_ ? *locked_ : remote_.rtp;
  if (!is_nowhere(to)) sender_.send_plain(leg_, PlainPort::Rtp, to, buffer.first(length));
}

void PlainTransport::send_rtcp(MutableBytes buffer, std::size_t length) {
  if (remote_.rtcp_mux) return send_rtp(buffer, length);
  const Endpoint& to = locked_rtcp_ ? *locked_rtcp_ : remote_.rtcp;
  if (!is_nowhere(to)) sender_.send_plain(leg_, PlainPort::Rtcp, to, buffer.first(length));
}

bool PlainTransport::ready() const { return locked_.has_value() || !is_nowhere(remote_.rtp); }

}  // namespace webcalling::media
