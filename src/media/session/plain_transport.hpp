#pragma once

#include <optional>

#include "base/endpoint.hpp"
#include "media/rtp/packet.hpp"
#include "media/session/datagram_sender.hpp"
#include "media/session/leg_transport.hpp"

namespace webcalling::media {

/// Plain RTP and RTCP on a port pair of the leg's own, with symmetric RTP (RFC 4961): packets go to where the peer's
/// come from, which is what gets through its NAT. That address is learned once and then locked until the signalling
/// speaks again, so that nobody can steal or inject audio by sending to our port (ATTACKS S9, S10):
/// * Before the peer's description is known nobody is believed.
/// * The address of the description is believed at its first packet, any other only after kProof packets in sequence
///   from one source. Should a stranger have been quicker, the address of the description still takes over.
/// * Another address in a new description unlocks. The same address again allows the locked host another port: a phone
///   that was silent on hold may have lost the mapping of its NAT.
class PlainTransport final : public LegTransport {
 public:
  static constexpr int kProof = 3;
  /// What the peer sent before it moved is still on its way: its former address has to try longer.
  static constexpr int kProofOfStaying = 50;

  PlainTransport(LegId leg, DatagramSender& sender) : leg_(leg), sender_(sender) {}

  /// What the peer's description says; 0.0.0.0, an old-style hold, leaves the address as it was.
  void set_remote(const RemotePlain& remote);
  [[nodiscard]] ReceivedPacket receive(PlainPort port, MutableBytes datagram, const Endpoint& from);

  bool send_rtp(MutableBytes buffer, std::size_t length) override;
  bool send_rtcp(MutableBytes buffer, std::size_t length) override;
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

  [[nodiscard]] ReceivedPacket receive_rtcp(PlainPort port, MutableBytes datagram, const Endpoint& from);
  [[nodiscard]] bool is_peer(Bytes datagram, const Endpoint& from);
  [[nodiscard]] bool may_become_peer(const Endpoint& from) const;
  [[nodiscard]] bool proves_itself(Bytes datagram, const Endpoint& from);
  void lock(const Endpoint& from);
  void unlock();

  LegId leg_;
  DatagramSender& sender_;
  std::optional<RemotePlain> remote_;
  std::optional<Endpoint> locked_;
  std::optional<Endpoint> locked_rtcp_;
  /// Where the peer was locked before it moved.
  std::optional<Endpoint> left_;
  std::optional<Candidate> candidate_;
  /// The signalling has spoken, and nothing came from the locked address since.
  bool may_have_moved_ = false;
};

}  // namespace webcalling::media
