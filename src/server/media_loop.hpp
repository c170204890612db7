#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "base/flat_map.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "io/bound_udp.hpp"
#include "io/loop.hpp"
#include "io/mailbox.hpp"
#include "io/udp_socket.hpp"
#include "media/dtls/context.hpp"
#include "media/session/shard.hpp"

namespace webcalling::server {

/// One media thread: a loop, its shard of legs, the shared WebRTC port and the port pairs of its plain legs. Other
/// threads reach it only through its mailbox.
class MediaLoop final : private media::DatagramSender {
 public:
  struct PortPair {
    io::BoundUdp rtp;
    io::BoundUdp rtcp;
  };
  struct Open {
    media::LocalLeg local;
    /// For a plain leg.
    std::optional<PortPair> ports;
  };
  struct Configure {
    media::LegId leg;
    media::LegSettings settings;
  };
  struct RestartIce {
    media::LegId leg;
    media::ice::Credentials local;
  };
  struct Listen {
    media::LegId leg;
    media::Source source;
  };
  /// A leg of another loop hears a leg of this one, or no longer.
  struct Lend {
    media::LegId talker;
    media::LegId listener;
    io::Mailbox<media::LentPacket>::Sender to;
  };
  struct StopLending {
    media::LegId talker;
    media::LegId listener;
  };
  struct SendDigit {
    media::LegId leg;
    char digit;
    Duration length;
  };
  struct Close {
    media::LegId leg;
  };
  using Command = std::variant<Open, Configure, RestartIce, Listen, Lend, StopLending, SendDigit, Close>;

  struct Event {
    media::LegId leg;
    media::LegEvent what;
  };
  /// What this loop has dropped since the start; told at most once a second, and only when it has changed.
  struct Dropped {
    std::size_t loop;
    media::Shard::Counters counters;
  };
  /// Who hears of this loop; `number` is what it calls itself there.
  struct Listeners {
    std::size_t number;
    io::Mailbox<Event>::Sender events;
    io::Mailbox<Dropped>::Sender dropped;
  };

  MediaLoop(const media::dtls::Context& context, io::BoundUdp shared_port, const Listeners& listeners);
  ~MediaLoop() override;
  MediaLoop(const MediaLoop&) = delete;
  MediaLoop& operator=(const MediaLoop&) = delete;

  /// From any thread.
  void send(Command command) const { commands_.send(std::move(command)); }
  /// Where legs of this loop receive what they hear of others; goes into Lend.
  [[nodiscard]] io::Mailbox<media::LentPacket>::Sender ear() const { return ear_; }
  [[nodiscard]] const Endpoint& shared_port() const { return shared_endpoint_; }

 private:
  struct PlainSockets {
    io::UdpSocket rtp;
    io::UdpSocket rtcp;
  };

  void execute(Command command);
  void execute(Open&& open);
  void execute(Configure&& configure);
  void execute(RestartIce&& restart);
  void execute(Listen&& listen);
  void execute(Lend&& lend);
  void execute(StopLending&& stop);
  void execute(SendDigit&& press);
  void execute(Close&& close);
  void look_back();
  void tell_dropped();
  void send_shared(const IpAddress& from, const Endpoint& to, Bytes datagram) override;
  void send_plain(media::LegId leg, media::PlainPort port, const Endpoint& to, Bytes datagram) override;
  void prefetch_plain(media::LegId leg) override;

  // Built and ended by the thread that owns the MediaLoop, used by the media thread in between.
  io::Loop loop_;
  SystemRandom random_;
  Endpoint shared_endpoint_;
  std::optional<io::UdpSocket> shared_;
  FlatMap<media::LegId, PlainSockets> plain_;
  std::optional<media::Shard> shard_;
  io::Mailbox<Dropped>::Sender dropped_;
  Dropped last_dropped_;
  /// Every second.
  std::optional<Timer> look_back_timer_;
  TimePoint looked_back_;
  Duration busy_time_{};
  std::optional<io::Mailbox<Command>> mailbox_;
  io::Mailbox<Command>::Sender commands_;
  std::optional<io::Mailbox<media::LentPacket>> lent_;
  io::Mailbox<media::LentPacket>::Sender ear_;
  std::thread thread_;
};

}  // namespace webcalling::server
