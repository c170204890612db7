#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/timer_queue.hpp"
#include "media/dtls/dtls_endpoint.hpp"
#include "media/ice/ice_lite.hpp"
#include "media/session/datagram_sender.hpp"
#include "media/session/leg_transport.hpp"
#include "media/session/srtp_channel.hpp"

namespace webcalling::media {

/// One WebRTC leg's way through the shared port: ICE-lite finds the path, DTLS agrees on keys, SRTP protects the
/// packets. Datagrams are told apart by their first byte (RFC 7983). Packets count only from addresses that passed a
/// check, and go only to a peer that consents (RFC 7675).
class WebRtcTransport final : public LegTransport {
 public:
  /// No media is possible; the reason is a sentence. Repeated every ice::kConsentLifetime while it stays so.
  using OnLost = std::function<void(std::string reason)>;
  /// Packets from `remote` belong to this leg from now on (told at every check), or no longer.
  using OnPath = std::function<void(const Endpoint& remote, bool valid)>;

  WebRtcTransport(ice::Credentials local, const dtls::Context& context, TimerQueue& timers, DatagramSender& sender,
                  OnPath on_path, OnLost on_lost);

  /// What the peer's description says. The same description again only gives it new patience: the peer has
  /// ice::kConsentLifetime from now to connect. Other fingerprints are another peer, or a browser that began anew:
  /// media waits for a new DTLS association (RFC 8842 section 4).
  void set_remote(const RemoteWebRtc& remote);
  void restart_ice(ice::Credentials local) { ice_.restart(std::move(local)); }
  /// Checks are answered, and a DTLS handshake is begun, before the first set_remote() too.
  [[nodiscard]] ReceivedPacket receive(MutableBytes datagram, const Endpoint& from, const IpAddress& local);

  bool send_rtp(MutableBytes buffer, std::size_t length) override;
  bool send_rtcp(MutableBytes buffer, std::size_t length) override;
  [[nodiscard]] bool ready() const override { return srtp_.is_open() && has_consent(); }

  [[nodiscard]] std::string obstacle() const override;
  void prefetch_receiving() const override;
  void prefetch_sending() const override { srtp_.prefetch_sending(); }
  void close() override;

 private:
  void receive_stun(Bytes datagram, const Endpoint& from, const IpAddress& local);
  void receive_dtls(Bytes datagram);
  [[nodiscard]] bool needs_new_association(const RemoteWebRtc& remote) const;
  void begin_association(dtls::DtlsEndpoint::Role role);
  void start_if_possible();
  /// Sends what DTLS left to be sent, takes what it has to say, and sets its timer.
  void drain();
  void handle(const dtls::Event& event);
  void connect(const dtls::Connected& connected);
  [[nodiscard]] bool has_consent() const;
  void watch();
  void check();
  bool send(Bytes datagram);

  ice::IceLite ice_;
  const dtls::Context& context_;
  TimerQueue& timers_;
  DatagramSender& sender_;
  OnPath on_path_;
  OnLost on_lost_;
  std::optional<RemoteWebRtc> remote_;
  std::unique_ptr<dtls::DtlsEndpoint> dtls_;
  SrtpChannel srtp_;
  std::string failure_;
  TimePoint patience_until_{};
  Timer handshake_timer_;
  Timer watch_timer_;
};

}  // namespace webcalling::media
