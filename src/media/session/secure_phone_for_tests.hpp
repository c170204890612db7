#pragma once

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "media/rtcp/packet.hpp"
#include "media/session/packet_layer.hpp"
#include "media/session/srtp_channel.hpp"
#include "media/session/voice_for_tests.hpp"
#include "media/session/world_for_tests.hpp"
#include "media/stun/message.hpp"

namespace webcalling::media {

/// Keys of SDES as one of our legs has them; the phone has them the other way round.
inline SdesKeys sdes_keys(srtp::Profile profile, std::uint8_t seed = 1) {
  const auto key = [profile](std::uint8_t byte) {
    srtp::MasterKey made{.profile = profile};
    made.key.fill(byte);
    std::fill_n(made.salt.begin(), srtp::salt_length(profile), byte);
    return made;
  };
  return {.send = key(seed), .receive = key(static_cast<std::uint8_t>(seed + 100))};
}

/// A SIP phone that encrypts without ICE: SRTP between its port pair and that of one leg, with keys of SDES or of DTLS.
class SecurePhone {
 public:
  using Role = dtls::DtlsEndpoint::Role;
  struct Habits {
    bool rtcp_mux = false;
    Voice::Words words = kPcmuWords;
  };

  /// With SDES; `keys` as our leg has them.
  SecurePhone(World& world, const LocalLeg& leg, const Endpoint& at, const SdesKeys& keys, Habits habits)
      : SecurePhone(world, leg, at, habits, RemotePlain{}.protection) {
    use(keys);
  }
  /// With DTLS; `role` is the phone's own.
  SecurePhone(World& world, const LocalLeg& leg, const Endpoint& at, Role role, Habits habits)
      : SecurePhone(world, leg, at, habits, RemotePlain{}.protection) {
    begin_dtls(role);
  }

  /// Other keys, with rollover counters that begin anew.
  void use(const SdesKeys& keys) {
    protection_ = keys;
    for (Port& port : ports_) {
      port.srtp.close();
      port.srtp.use(keys.receive, keys.send);
    }
  }
  /// A new certificate and new associations.
  void begin_dtls(Role role) {
    context_ = std::make_unique<dtls::Context>(make_context());
    protection_ = RemoteDtls{{context_->fingerprint()}, role == Role::Client ? Role::Server : Role::Client};
    for (Port& port : ports_) {
      port.srtp.close();
      port.dtls = std::make_unique<dtls::DtlsEndpoint>(*context_, role);
      port.dtls->set_remote_fingerprints({World::server_context().fingerprint()}, world_.timers.now());
    }
  }
  /// A client says hello.
  void shake_hands() {
    for (Port& port : ports_) {
      if (port.dtls) port.dtls->start(world_.timers.now());
      drain(port);
    }
  }

  [[nodiscard]] RemotePlain description() const { return {at(0), at(1), rtcp_mux_, protection_}; }
  [[nodiscard]] LegSettings settings() const { return settings_for(voice.words(), description()); }
  void answer() { world_.shard.configure(leg_, settings()); }
  void answer_and_connect() {
    answer();
    shake_hands();
    world_.run(200ms);
  }

  void talk() { timer_.start(0ms); }
  ~SecurePhone() {
    // What is still on its way to it arrives nowhere.
    for (const Port& port : ports_) world_.remove_host(appears_at(port.number));
  }
  SecurePhone(const SecurePhone&) = delete;
  SecurePhone& operator=(const SecurePhone&) = delete;

  void fall_silent() { timer_.stop(); }
  /// As it stands, into the port of RTP.
  void send_raw(Bytes datagram) { send(ports_[0], datagram); }
  [[nodiscard]] ByteVector protect(ByteVector packet) { return protect(ports_[0], std::move(packet)); }
  void report() {
    Port& port = ports_[rtcp_mux_ ? 0 : 1];
    const ByteVector report{0x80, 201, 0, 1, 0, 0, 0, 7};
    ByteVector buffer = report;
    buffer.resize(report.size() + srtp::SrtpSession::kMaxExpansion);
    send(port, port.srtp.protect_rtcp(buffer, report.size()));
  }
  /// Another port, as behind a NAT that has forgotten; the description stays what it was, and reaches nobody.
  void appear_at(const Endpoint& at) {
    for (const Port& port : ports_) world_.remove_host(appears_at(port.number));
    appearance_ = at;
    listen();
  }

  [[nodiscard]] bool connected() const { return ports_[0].srtp.is_open() && (rtcp_mux_ || ports_[1].srtp.is_open()); }
  [[nodiscard]] bool closed_by_server() const { return closed_; }
  [[nodiscard]] LegId leg() const { return leg_; }
  [[nodiscard]] const LocalPlain& server() const { return local_; }

  Voice voice;
  std::vector<std::vector<RtcpPacket>> reports;
  int unreadable = 0;
  int handshakes = 0;
  int stun_requests = 0;

 private:
  struct Port {
    Port(World& world, std::size_t number, std::function<void()> expire)
        : number(number), timer(world.timers, std::move(expire)) {}
    std::size_t number;
    SrtpChannel srtp;
    std::unique_ptr<dtls::DtlsEndpoint> dtls;
    Timer timer;
  };

  SecurePhone(World& world, const LocalLeg& leg, const Endpoint& at, Habits habits,
              decltype(RemotePlain::protection) protection)
      : voice(habits.words, Ssrc(at.port)),
        world_(world),
        described_(at),
        rtcp_mux_(habits.rtcp_mux),
        leg_(leg.id),
        local_(std::get<LocalPlain>(leg.transport)),
        protection_(std::move(protection)),
        ports_{Port{world, 0, [this] { expire(0); }}, Port{world, 1, [this] { expire(1); }}},
        timer_(world.timers, [this] { speak(); }) {
    listen();
  }

  [[nodiscard]] Endpoint at(std::size_t port) const {
    return {described_.address, static_cast<std::uint16_t>(described_.port + port)};
  }
  [[nodiscard]] Endpoint appears_at(std::size_t port) const {
    if (!appearance_) return at(port);
    return {appearance_->address, static_cast<std::uint16_t>(appearance_->port + port)};
  }
  void listen() {
    for (Port& port : ports_) {
      world_.add_host(appears_at(port.number), [this, &port](const Endpoint&, Bytes datagram) {
        receive(port, ByteVector(datagram.begin(), datagram.end()));
      });
    }
  }
  void send(const Port& port, Bytes datagram) {
    world_.send(appears_at(port.number), port.number == 0 ? local_.rtp : local_.rtcp, datagram);
  }
  static ByteVector protect(Port& port, ByteVector packet) {
    const std::size_t length = packet.size();
    packet.resize(length + srtp::SrtpSession::kMaxExpansion);
    packet.resize(port.srtp.protect_rtp(packet, length).size());
    return packet;
  }
  void speak() {
    const ByteVector packet = protect(ports_[0], voice.hum());
    if (!packet.empty()) send(ports_[0], packet);
    timer_.start(Voice::kPacket);
  }
  void receive(Port& port, ByteVector datagram) {
    switch (layer_of(datagram)) {
      case PacketLayer::Stun: stun_requests += is_request(datagram) ? 1 : 0; return;
      case PacketLayer::Dtls:
        if (!port.dtls) return;
        port.dtls->receive(datagram, world_.timers.now());
        return drain(port);
      case PacketLayer::Rtp: return receive_srtp(port, datagram);
      case PacketLayer::Unknown: ++unreadable; return;
    }
  }
  static bool is_request(Bytes datagram) {
    const auto message = stun::Message::parse(datagram);
    return message && message->message_class == stun::MessageClass::Request;
  }
  void receive_srtp(Port& port, MutableBytes datagram) {
    const auto received = port.srtp.receive(datagram);
    switch (received.kind) {
      case ReceivedPacket::Kind::Rtp: return voice.receive(received.packet);
      case ReceivedPacket::Kind::Rtcp: reports.push_back(parse_rtcp(received.packet).value()); return;
      case ReceivedPacket::Kind::Consumed:
      case ReceivedPacket::Kind::Refused: ++unreadable; return;
    }
  }
  void expire(std::size_t number) {
    ports_[number].dtls->expire(world_.timers.now());
    drain(ports_[number]);
  }
  void drain(Port& port) {
    if (!port.dtls || (rtcp_mux_ && port.number == 1)) return;
    while (const auto datagram = port.dtls->poll_datagram()) send(port, *datagram);
    while (const auto event = port.dtls->poll_event()) {
      if (const auto* connected = std::get_if<dtls::Connected>(&*event)) {
        ++handshakes;
        port.srtp.use(connected->send_key, connected->receive_key);
      }
      closed_ = closed_ || std::holds_alternative<dtls::Closed>(*event);
    }
    const auto deadline = port.dtls->next_deadline();
    if (deadline) port.timer.start(std::max(Duration::zero(), *deadline - world_.timers.now()));
  }

  World& world_;
  Endpoint described_;
  std::optional<Endpoint> appearance_;
  bool rtcp_mux_;
  LegId leg_;
  LocalPlain local_;
  decltype(RemotePlain::protection) protection_;
  std::unique_ptr<dtls::Context> context_;
  std::array<Port, 2> ports_;
  bool closed_ = false;
  Timer timer_;
};

}  // namespace webcalling::media
