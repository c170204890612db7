#pragma once

#include <cstdint>
#include <optional>

#include "base/endpoint.hpp"
#include "media/rtp/packet.hpp"
#include "media/session/datagram_sender.hpp"
#include "media/session/leg_transport.hpp"

namespace webcalling::media {

/// Plain RTP and RTCP on a port pair of the leg's own, with symmetric RTP (RFC 4961): packets go to where the peer's
/// come from, which is what gets through its NAT. That address is learned once and then locked until the signalling
/// names another one, so that nobody can steal or inject audio by sending to our port (ATTACKS S9, S10): the address of
/// the SDP is trusted at its first packet, any other only after kProof packets in sequence from one source.
class PlainTransport final : public LegTransport {
 public:
  static constexpr int kProof = 3;

  PlainTransport(LegId leg, DatagramSender& sender) : leg_(leg), sender_(sender) {}

  /// A changed address unlocks.
  void set_remote(const RemotePlain& remote);
  [[nodiscard]] ReceivedPacket receive(PlainPort port, MutableBytes datagram, const Endpoint& from);

  void send_rtp(MutableBytes buffer, std::size_t length) override;
  void send_rtcp(MutableBytes buffer, std::size_t length) override;
  [[nodiscard]] bool ready() const override;

  /// Where the peer really is; nothing before it is locked.
  [[nodiscard]] const std::optional<Endpoint>& locked() const { return locked_; }

 private:
  /// A stranger who may turn out to be the peer behind its NAT.
  struct Candidate {
    Endpoint from;
    Ssrc ssrc;
    SequenceNumber awaited;
    int packets = 0;
  };

  [[nodiscard]] bool is_peer(MutableBytes datagram, const Endpoint& from);
  [[nodiscard]] bool proves_itself(MutableBytes datagram, const Endpoint& from);
  [[nodiscard]] ReceivedPacket receive_rtcp(MutableBytes datagram, const Endpoint& from);

  LegId leg_;
  DatagramSender& sender_;
  RemotePlain remote_;
  std::optional<Endpoint> locked_;
  std::optional<Endpoint> locked_rtcp_;
  std::optional<Candidate> candidate_;
};

}  // namespace webcalling::media
