#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "base/endpoint.hpp"
#include "media/dtls/context.hpp"
#include "media/rtp/packet.hpp"
#include "media/session/datagram_sender.hpp"
#include "media/session/dtls_handshakes.hpp"
#include "media/session/leg_transport.hpp"
#include "media/session/shard_services.hpp"
#include "media/session/srtp_channel.hpp"

namespace webcalling::media {

/// RTP and RTCP without ICE on a port pair of the leg's own, in the clear or with SRTP, and with symmetric RTP
/// (RFC 4961): packets go to where the peer's come from, which is what gets through its NAT. That address is learned
/// once and then locked until the signalling speaks again, so that nobody can steal or inject audio by sending to our
/// port (ATTACKS S9, S10):
/// * Before the peer's description is known nobody is believed.
/// * In the clear the address of the description is believed at its first packet, any other only after kProof packets
///   in sequence from one source. Should a stranger have been quicker, the address of the description still takes over.
///   Another address in a new description unlocks. The same address again allows the locked host another port: a phone
///   that was silent on hold may have lost the mapping of its NAT.
/// * With SRTP who has the key is the peer, wherever it is: its first packet locks, and kProof packets in a row from
///   elsewhere move the lock. What comes without the key is dropped (ATTACKS S5). Before there is one, nothing leaves.
class PlainTransport final : public LegTransport {
 public:
  static constexpr int kProof = 3;
  /// What the peer sent before it moved is still on its way: its former address has to try longer.
  static constexpr int kProofOfStaying = 50;

  /// All that is lent outlives it.
  PlainTransport(LegId leg, const dtls::Context& context, ShardServices& services, DatagramSender& sender)
      : leg_(leg), context_(context), services_(services), sender_(sender) {}
  PlainTransport(const PlainTransport&) = delete;
  PlainTransport& operator=(const PlainTransport&) = delete;

  /// What the peer's description says; 0.0.0.0, an old-style hold, leaves the address as it was.
  void set_remote(const RemotePlain& remote);
  [[nodiscard]] ReceivedPacket receive(PlainPort port, MutableBytes datagram, const Endpoint& from);

  bool send_rtp(MutableBytes buffer, std::size_t length) override;
  bool send_rtcp(MutableBytes buffer, std::size_t length) override;
  [[nodiscard]] bool ready() const override;
  [[nodiscard]] std::string obstacle() const override;
  void prefetch_sending() const override { sender_.prefetch_plain(leg_); }
  void close() override;

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
  /// A port that gets its keys from DTLS.
  struct DtlsPort {
    DtlsPort(const dtls::Context& context, ShardServices& services, DtlsHandshakes::Outside outside)
        : handshakes(context, services, std::move(outside)) {}
    DtlsHandshakes handshakes;
    SrtpChannel srtp;
  };
  /// A ClientHello that overtook the description of its sender.
  struct EarlyHello {
    Endpoint from;
    ByteVector datagram;
  };

  void set_address(const RemotePlain& remote);
  void set_protection();
  void set_dtls(const RemoteDtls& dtls);
  void take_early_hellos();
  [[nodiscard]] std::unique_ptr<DtlsPort> make_dtls_port(PlainPort port);
  void on_connected(PlainPort port, const Endpoint& peer, const dtls::Connected& keys);

  [[nodiscard]] ReceivedPacket receive_handshake(PlainPort port, MutableBytes datagram, const Endpoint& from);
  [[nodiscard]] ReceivedPacket receive_srtp(PlainPort port, MutableBytes datagram, const Endpoint& from);
  [[nodiscard]] ReceivedPacket receive_clear(PlainPort port, MutableBytes datagram, const Endpoint& from);
  [[nodiscard]] ReceivedPacket receive_clear_rtcp(PlainPort port, MutableBytes datagram, const Endpoint& from);
  [[nodiscard]] bool is_peer(Bytes datagram, const Endpoint& from);
  [[nodiscard]] bool may_become_peer(const Endpoint& from) const;
  [[nodiscard]] bool proves_itself(Bytes datagram, const Endpoint& from);
  void follow(const Endpoint& from);
  void lock(const Endpoint& from);
  void unlock();

  [[nodiscard]] bool is_encrypted() const { return !std::holds_alternative<InTheClear>(remote_->protection); }
  /// The one whose keys protect what travels over a port; null if that is nobody's.
  [[nodiscard]] SrtpChannel* srtp_of(PlainPort port);
  [[nodiscard]] DtlsPort* dtls_of(PlainPort port) { return (port == PlainPort::Rtp ? rtp_dtls_ : rtcp_dtls_).get(); }
  [[nodiscard]] const Endpoint& rtp_destination() const { return locked_ ? *locked_ : remote_->rtp; }
  bool send(PlainPort port, const Endpoint& to, Bytes datagram);

  LegId leg_;
  const dtls::Context& context_;
  ShardServices& services_;
  DatagramSender& sender_;
  std::optional<RemotePlain> remote_;
  std::optional<Endpoint> locked_;
  std::optional<Endpoint> locked_rtcp_;
  /// Where the peer was locked before it moved.
  std::optional<Endpoint> left_;
  std::optional<Candidate> candidate_;
  /// The signalling has spoken, and nothing came from the locked address since.
  bool may_have_moved_ = false;
  /// With keys of SDES: both ports.
  SrtpChannel sdes_;
  /// With keys of DTLS: each port has an association of its own (RFC 5764 section 4.1); with rtcp-mux only the first.
  std::unique_ptr<DtlsPort> rtp_dtls_;
  std::unique_ptr<DtlsPort> rtcp_dtls_;
  /// The last that came to each port before the description.
  std::array<std::optional<EarlyHello>, 2> early_hellos_;
};

}  // namespace webcalling::media
