// A media loop in operation: any datagrams from anybody to its ports, commands and time in any order, with two phones,
// which may encrypt, and two browsers. Nothing crashes, what leaves is well formed, and closed legs leave nothing
// behind.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "media/session/packet_layer.hpp"
#include "media/session/shard.hpp"
#include "media/session/srtp_channel.hpp"
#include "media/stun/writer.hpp"

using namespace webcalling;
using namespace webcalling::media;

namespace {

constexpr std::uint64_t kLegs = 4;
const IpAddress kServer = IpAddress::v4(0xc0000201);

const dtls::Context& context() {
  static const dtls::Context shared =
      *dtls::Context::create(*dtls::Certificate::generate(WallTime{std::chrono::days(20000)}));
  return shared;
}

/// Addresses 1 and 2 are those of the phones.
Endpoint address(std::uint8_t number) { return {IpAddress::v4(0xc6336400U + number % 8), 5000}; }

class Loop final : private DatagramSender {
 public:
  void step(ByteReader& in) {
    const std::uint8_t what = in.u8();
    const LegId leg(1 + what / 16 % kLegs);
    switch (what % 8) {
      case 0: return receive(leg, in, (what & 8) != 0);
      case 1: return check(leg, in);
      case 2: return timers_.advance(timers_.now() + in.u8() * 4ms);
      case 3: return shard_.configure(leg, settings(leg, in));
      case 4: return shard_.listen(leg, source(in));
      case 5: return open(leg);
      case 6: return restart_ice(leg);
      case 7: return shard_.close(leg);
    }
  }
  void close_all() {
    for (std::uint64_t id = 1; id <= kLegs; ++id) shard_.close(LegId(id));
    if (shard_.legs() != 0 || shard_.paths() != 0 || timers_.size() != 0) std::abort();
  }

 private:
  static bool is_plain(LegId leg) { return leg.value() <= 2; }

  void open(LegId leg) {
    LocalLeg local{leg, Ssrc(static_cast<std::uint32_t>(leg.value())), "fuzz", LocalPlain{}};
    if (!is_plain(leg)) {
      local.transport = LocalWebRtc{ice_[leg.value() % 2], context().fingerprint(), {}};
    }
    shard_.open(local);
  }
  void restart_ice(LegId leg) {
    ice_[leg.value() % 2].ufrag += 'x';
    shard_.restart_ice(leg, ice_[leg.value() % 2]);
  }
  /// `authentic`: under the keys of the phone, if it has any.
  void receive(LegId leg, ByteReader& in, bool authentic) {
    const Endpoint from = address(in.u8());
    const Bytes bytes = in.take(std::min<std::size_t>(in.u8(), in.remaining()));
    ByteVector datagram(bytes.begin(), bytes.end());
    for (int step = 1; step <= 3; ++step) {
      shard_.prefetch_shared(from, step);
      shard_.prefetch_plain(leg, step);
    }
    if (!is_plain(leg)) return shard_.receive_shared(datagram, from, kServer);
    if (authentic) protect(phone(leg), datagram);
    const ByteVector again = datagram;
    shard_.receive_plain(leg, PlainPort::Rtp, datagram, from);
    datagram = again;
    shard_.receive_plain(leg, PlainPort::Rtcp, datagram, from);
  }
  static void protect(SrtpChannel& phone, ByteVector& packet) {
    const std::size_t length = packet.size();
    packet.resize(length + srtp::SrtpSession::kMaxExpansion);
    const bool rtcp = is_rtcp(Bytes(packet).first(length));
    const auto made = rtcp ? phone.protect_rtcp(packet, length) : phone.protect_rtp(packet, length);
    packet.resize(made.empty() ? length : made.size());
  }
  void check(LegId leg, ByteReader& in) {
    const auto& ice = ice_[leg.value() % 2];
    stun::Writer writer(stun::MessageClass::Request, stun::kBindingMethod, {});
    auto datagram = writer.username(ice.ufrag + ":x").use_candidate().integrity(ice.pwd).fingerprint().take();
    shard_.receive_shared(datagram, address(in.u8()), kServer);
  }
  SrtpChannel& phone(LegId leg) { return phones_[leg.value() % 2]; }
  bool& encrypted(LegId leg) { return encrypted_[leg.value() % 2]; }
  decltype(RemotePlain::protection) protection(LegId leg, std::uint8_t choice) {
    using Role = dtls::DtlsEndpoint::Role;
    encrypted(leg) = choice % 4 != 0;
    switch (choice % 4) {
      case 0: return InTheClear{};
      case 1: return RemoteDtls{{context().fingerprint()}, Role::Client};
      case 2: return RemoteDtls{{context().fingerprint()}, Role::Server};
      default: break;
    }
    SdesKeys keys{.send = {.profile = static_cast<srtp::Profile>(choice / 4 % 3)}};
    keys.send.key[0] = choice;
    keys.receive = keys.send;
    keys.receive.key[1] = 1;
    phone(leg).close();
    phone(leg).use(keys.receive, keys.send);
    return keys;
  }
  LegSettings settings(LegId leg, ByteReader& in) {
    static constexpr std::array kAudio{
        PayloadMapping{PayloadType(0), CodecId::Pcmu}, PayloadMapping{PayloadType(8), CodecId::Pcma},
        PayloadMapping{PayloadType(9), CodecId::G722}, PayloadMapping{PayloadType(111), CodecId::Opus}};
    const std::uint8_t choice = in.u8();
    LegSettings settings;
    settings.receive.assign(kAudio.begin(), kAudio.end());
    settings.send = kAudio[choice % 4];
    settings.receive_events = {{PayloadType(101), 8000}, {PayloadType(110), 48000}};
    if ((choice & 4) != 0) settings.send_events = settings.receive_events[choice >> 3 & 1];
    settings.may_send = (choice & 16) == 0;
    settings.may_receive = (choice & 32) == 0;
    if (is_plain(leg)) {
      const Endpoint phone = address(static_cast<std::uint8_t>(leg.value()));
      settings.remote =
          RemotePlain{phone, phone, (choice & 64) != 0, protection(leg, (choice & 128) != 0 ? in.u8() : 0)};
    } else {
      const auto role = (choice & 64) != 0 ? dtls::DtlsEndpoint::Role::Server : dtls::DtlsEndpoint::Role::Client;
      settings.remote = RemoteWebRtc{{"x", "y"}, {context().fingerprint()}, role};
    }
    return settings;
  }
  static Source source(ByteReader& in) {
    const std::uint8_t choice = in.u8();
    const LegId leg(1 + choice / 5 % kLegs);
    switch (choice % 5) {
      case 0: return Silence{};
      case 1: return Ringback{};
      case 2: return MusicOnHold{};
      case 3: return Replay{leg};
      default: return OtherLeg{leg};
    }
  }

  void send_shared(const IpAddress&, const Endpoint&, Bytes datagram) override { inspect(datagram); }
  void send_plain(LegId leg, PlainPort, const Endpoint&, Bytes datagram) override {
    inspect(datagram);
    if (layer_of(datagram) != PacketLayer::Rtp) {
      if (!encrypted(leg)) std::abort();
      return;
    }
    if (!is_rtcp(datagram) && RtpPacket::parse(datagram).value().header().ssrc.value() != leg.value()) std::abort();
  }
  static void inspect(Bytes datagram) {
    if (datagram.empty() || datagram.size() > 1500) std::abort();
  }

  TimerQueue timers_{TimePoint{1000s}};
  SeededRandom random_{1};
  std::array<SrtpChannel, 2> phones_;
  std::array<bool, 2> encrypted_{};
  std::array<ice::Credentials, 2> ice_{ice::Credentials{"even", "password"}, ice::Credentials{"odd", "password"}};
  Shard shard_{{timers_, random_, [] { return WallTime{}; }, [](LegId, const LegEvent&) {}}, context(), *this};
};

}  // namespace

/// The input is a series of steps; the first byte of each says what happens to which leg.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Loop loop;
  for (ByteReader in(Bytes(data, size)); in.remaining() > 0;) loop.step(in);
  loop.close_all();
  return 0;
}
