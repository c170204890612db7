#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/rtcp/packet.hpp"
#include "media/session/voice_for_tests.hpp"
#include "media/session/world_for_tests.hpp"
#include "media/srtp/srtp_session.hpp"
#include "media/stun/message.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::media {

/// A browser's media: a controlling ICE agent with one candidate that checks every 2.5 s, then DTLS, then SRTP.
class Browser {
 public:
  using Role = dtls::DtlsEndpoint::Role;

  /// `role` is the browser's own.
  Browser(World& world, const LocalLeg& leg, const Endpoint& at, Role role, const Voice::Words& words = kOpusWords)
      : voice(words, Ssrc(at.port)),
        world_(world),
        at_(at),
        leg_(leg.id),
        server_(std::get<LocalWebRtc>(leg.transport)),
        context_(make_context()),
        dtls_(std::make_unique<dtls::DtlsEndpoint>(context_, role)),
        check_timer_(world.timers, [this] { keep_checking(); }),
        dtls_timer_(world.timers,
                    [this] {
                      dtls_->expire(world_.timers.now());
                      drain();
                    }),
        voice_timer_(world.timers, [this] { speak(); }) {
    dtls_->set_remote_fingerprints({server_.fingerprint}, world.timers.now());
    world.add_host(at_, [this](const Endpoint&, Bytes datagram) { receive(datagram); });
  }

  [[nodiscard]] RemoteWebRtc description() const {
    const bool is_client = dtls_->role() == Role::Client;
    return {{"browser", "passwordofthebrowser"}, {context_.fingerprint()}, is_client ? Role::Server : Role::Client};
  }
  [[nodiscard]] LegSettings settings() const { return settings_for(voice.words(), description()); }
  void answer() { world_.shard.configure(leg_, settings()); }
  /// Begins to check, and goes on as the checks allow.
  void connect() { keep_checking(); }
  /// Everything at once, and the time it takes.
  void answer_and_connect() {
    answer();
    connect();
    world_.run(200ms);
  }
  /// The network is gone, without a word.
  void vanish() {
    check_timer_.stop();
    voice_timer_.stop();
    world_.add_host(at_, [](const Endpoint&, Bytes) {});
  }
  /// The page is closed.
  void close() {
    dtls_->close();
    drain();
    vanish();
  }
  /// Another port, as after a change of the network.
  void move_to(const Endpoint& at) {
    at_ = at;
    world_.add_host(at_, [this](const Endpoint&, Bytes datagram) { receive(datagram); });
    keep_checking();
  }
  void use_server_credentials(const ice::Credentials& credentials) { server_.ice = credentials; }

  void talk() { voice_timer_.start(0ms); }
  void fall_silent() { voice_timer_.stop(); }
  void send_rtp(ByteVector packet) { send_datagram(protect(std::move(packet))); }
  /// Sends the packets 20 ms apart; time passes.
  void send_in_time(const std::vector<ByteVector>& packets) {
    for (const ByteVector& packet : packets) {
      send_rtp(packet);
      world_.run(20ms);
    }
  }
  [[nodiscard]] ByteVector protect(ByteVector packet) {
    const std::size_t length = packet.size();
    packet.resize(length + srtp::SrtpSession::kMaxExpansion);
    packet.resize(send_->protect(packet, length).value());
    return packet;
  }
  void send_datagram(Bytes datagram) { world_.send(at_, World::kShared, datagram); }
  void check(bool nominate = true) {
    stun::Writer writer(stun::MessageClass::Request, stun::kBindingMethod, {1, 2, 3});
    writer.username(server_.ice.ufrag + ":browser").priority(0x6E0001FF).ice_controlling(42);
    if (nominate) writer.use_candidate();
    send_datagram(writer.integrity(server_.ice.pwd).fingerprint().take());
  }

  [[nodiscard]] bool connected() const { return send_.has_value(); }
  [[nodiscard]] bool closed_by_server() const { return closed_; }
  [[nodiscard]] int checks_answered() const { return checks_answered_; }
  [[nodiscard]] LegId leg() const { return leg_; }
  [[nodiscard]] const Endpoint& at() const { return at_; }

  Voice voice;
  std::vector<std::vector<RtcpPacket>> reports;
  int unreadable = 0;
  std::string dtls_failure;

 private:
  void keep_checking() {
    check();
    check_timer_.start(2500ms);
  }
  void speak() {
    send_rtp(voice.hum());
    voice_timer_.start(Voice::kPacket);
  }
  void receive(Bytes datagram) {
    if (stun::looks_like_stun(datagram)) return receive_stun(datagram);
    if (datagram[0] >= 20 && datagram[0] <= 63) {
      dtls_->receive(datagram, world_.timers.now());
      return drain();
    }
    receive_srtp(ByteVector(datagram.begin(), datagram.end()));
  }
  void receive_stun(Bytes datagram) {
    const auto response = stun::Message::parse(datagram);
    if (!response || response->message_class != stun::MessageClass::Success) return;
    if (!response->check_integrity(server_.ice.pwd) || response->xor_mapped_address != at_) return;
    ++checks_answered_;
    dtls_->start(world_.timers.now());
    drain();
  }
  void receive_srtp(ByteVector packet) {
    const bool rtcp = is_rtcp(packet);
    if (!receive_) {
      ++unreadable;
      return;
    }
    const auto length =
        rtcp ? receive_->unprotect_rtcp(packet, packet.size()) : receive_->unprotect(packet, packet.size());
    if (!length) {
      ++unreadable;
    } else if (rtcp) {
      reports.push_back(parse_rtcp(Bytes(packet).first(*length)).value());
    } else {
      voice.receive(Bytes(packet).first(*length));
    }
  }
  void drain() {
    while (const auto datagram = dtls_->poll_datagram()) send_datagram(*datagram);
    while (const auto event = dtls_->poll_event()) {
      if (const auto* connected = std::get_if<dtls::Connected>(&*event)) use_keys(*connected);
      if (const auto* failed = std::get_if<dtls::Failed>(&*event)) dtls_failure = failed->reason;
      closed_ = closed_ || std::holds_alternative<dtls::Closed>(*event);
    }
    if (const auto deadline = dtls_->next_deadline()) {
      dtls_timer_.start(std::max(Duration::zero(), *deadline - world_.timers.now()));
    }
  }
  void use_keys(const dtls::Connected& connected) {
    using Direction = srtp::SrtpSession::Direction;
    send_ = srtp::SrtpSession::create(connected.send_key, Direction::Send).value();
    receive_ = srtp::SrtpSession::create(connected.receive_key, Direction::Receive).value();
  }

  World& world_;
  Endpoint at_;
  LegId leg_;
  LocalWebRtc server_;
  dtls::Context context_;
  std::unique_ptr<dtls::DtlsEndpoint> dtls_;
  std::optional<srtp::SrtpSession> send_;
  std::optional<srtp::SrtpSession> receive_;
  int checks_answered_ = 0;
  bool closed_ = false;
  Timer check_timer_;
  Timer dtls_timer_;
  Timer voice_timer_;
};

}  // namespace webcalling::media
