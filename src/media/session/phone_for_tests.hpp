#pragma once

#include <optional>
#include <vector>

#include "media/rtcp/packet.hpp"
#include "media/session/voice_for_tests.hpp"
#include "media/session/world_for_tests.hpp"

namespace webcalling::media {

/// An ordinary SIP phone's media: plain RTP between its port pair and that of one leg.
class Phone {
 public:
  Phone(World& world, const LocalLeg& leg, const Endpoint& at, const Voice::Words& words)
      : voice(words, Ssrc(at.port)),
        at_(at),
        at_rtcp_{at.address, static_cast<std::uint16_t>(at.port + 1)},
        world_(world),
        leg_(leg.id),
        local_(std::get<LocalPlain>(leg.transport)),
        timer_(world.timers, [this] { speak(); }) {
    world.add_host(at_, [this](const Endpoint& from, Bytes datagram) {
      if (from == local_.rtp) receive(datagram);
    });
    world.add_host(at_rtcp_, [this](const Endpoint& from, Bytes datagram) {
      if (from == local_.rtcp) receive_rtcp(datagram);
    });
  }

  [[nodiscard]] RemotePlain description() const { return {at_, at_rtcp_, false, {}}; }
  [[nodiscard]] LegSettings settings() const { return settings_for(voice.words(), description()); }
  void answer() { world_.shard.configure(leg_, settings()); }

  /// Hums without end, from now on.
  void talk() { timer_.start(0ms); }
  void fall_silent() { timer_.stop(); }
  void send(Bytes datagram) { world_.send(at_, local_.rtp, datagram); }
  void send_rtcp(Bytes datagram) { world_.send(at_rtcp_, local_.rtcp, datagram); }
  /// Sends the packets 20 ms apart; time passes.
  void send_in_time(const std::vector<ByteVector>& packets) {
    for (const ByteVector& packet : packets) {
      send(packet);
      world_.run(20ms);
    }
  }

  [[nodiscard]] LegId leg() const { return leg_; }
  [[nodiscard]] const LocalPlain& server() const { return local_; }
  [[nodiscard]] const Endpoint& at() const { return at_; }

  Voice voice;
  /// The datagrams in which RTCP came, each as its packets.
  std::vector<std::vector<RtcpPacket>> reports;

 private:
  void speak() {
    send(voice.hum());
    timer_.start(Voice::kPacket);
  }
  void receive(Bytes datagram) {
    if (is_rtcp(datagram)) return receive_rtcp(datagram);
    voice.receive(datagram);
  }
  void receive_rtcp(Bytes datagram) { reports.push_back(parse_rtcp(datagram).value()); }

  Endpoint at_;
  Endpoint at_rtcp_;
  World& world_;
  LegId leg_;
  LocalPlain local_;
  Timer timer_;
};

}  // namespace webcalling::media
