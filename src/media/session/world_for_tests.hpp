#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "media/session/shard.hpp"

namespace webcalling::media {

inline const WallTime kWallStart{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

inline dtls::Context make_context() { return *dtls::Context::create(*dtls::Certificate::generate(kWallStart)); }

inline IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

/// A shard, and a network around it whose hosts are functions. Datagrams take `latency`, and get lost or late by a
/// seed.
class World final : public DatagramSender {
 public:
  using Host = std::function<void(const Endpoint& from, Bytes datagram)>;
  struct Event {
    LegId leg;
    LegEvent what;
  };

  World() : shard({timers, random, [this] { return wall(); }, note_events(), 120s}, server_context(), *this) {}

  LocalLeg open_plain(std::uint64_t id) {
    const auto port = static_cast<std::uint16_t>(20000 + 2 * id);
    return open(id, LocalPlain{{kServer, port}, {kServer, static_cast<std::uint16_t>(port + 1)}});
  }
  LocalLeg open_webrtc(std::uint64_t id) {
    return open(id, LocalWebRtc{ice::Credentials::generate(random), server_context().fingerprint(), {kShared}});
  }

  void add_host(const Endpoint& at, Host host) { hosts_.insert_or_assign(at, std::move(host)); }
  void remove_host(const Endpoint& at) { hosts_.erase(at); }

  /// Towards the server. `to` is its shared port, or a port of a plain leg.
  void send(const Endpoint& from, const Endpoint& to, Bytes datagram) {
    carry(datagram, [this, from, to](ByteVector& bytes) {
      const LegId leg((to.port - 20000U) / 2);
      for (int step = 1; step <= 3; ++step)
        to == kShared ? shard.prefetch_shared(from, step) : shard.prefetch_plain(leg, step);
      if (to == kShared) return shard.receive_shared(bytes, from, to.address);
      shard.receive_plain(leg, to.port % 2 == 0 ? PlainPort::Rtp : PlainPort::Rtcp, bytes, from);
    });
  }
  void send_shared(const IpAddress& from, const Endpoint& to, Bytes datagram) override {
    deliver({from, kShared.port}, to, datagram);
  }
  void send_plain(LegId leg, PlainPort port, const Endpoint& to, Bytes datagram) override {
    const std::uint64_t number = 20000 + 2 * leg.value() + (port == PlainPort::Rtcp ? 1 : 0);
    deliver({kServer, static_cast<std::uint16_t>(number)}, to, datagram);
  }

  void run(Duration time) { timers.advance(timers.now() + time); }

  template <typename What>
  [[nodiscard]] std::vector<What> events_of(LegId leg) const {
    std::vector<What> found;
    for (const Event& event : events) {
      if (event.leg != leg) continue;
      if (const auto* what = std::get_if<What>(&event.what)) found.push_back(*what);
    }
    return found;
  }
  [[nodiscard]] std::string digits_of(LegId leg) const {
    std::string digits;
    for (const DigitReceived& received : events_of<DigitReceived>(leg)) digits += received.digit;
    return digits;
  }

  static const dtls::Context& server_context() {
    static const dtls::Context context = make_context();
    return context;
  }

  static inline const IpAddress kServer = ip("192.0.2.1");
  static inline const Endpoint kShared{kServer, 40000};

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{1};
  Duration latency = 1ms;
  Duration jitter = 0ms;
  std::uint64_t loss_percent = 0;
  std::vector<Event> events;
  /// Datagrams that the server sent to addresses where nobody is.
  std::size_t sent_nowhere = 0;
  Shard shard;

 private:
  LocalLeg open(std::uint64_t id, std::variant<LocalWebRtc, LocalPlain> transport) {
    LocalLeg leg{LegId(id), Ssrc(static_cast<std::uint32_t>(0x5000 + id)), "leg" + std::to_string(id),
                 std::move(transport)};
    shard.open(leg);
    return leg;
  }
  [[nodiscard]] WallTime wall() const {
    return kWallStart + std::chrono::duration_cast<std::chrono::milliseconds>(timers.now() - TimePoint{1000s});
  }
  std::function<void(LegId, const LegEvent&)> note_events() {
    return [this](LegId leg, const LegEvent& event) { events.push_back({leg, event}); };
  }
  void deliver(const Endpoint& from, const Endpoint& to, Bytes datagram) {
    carry(datagram, [this, from, to](ByteVector& bytes) {
      const auto host = hosts_.find(to);
      if (host == hosts_.end()) {
        ++sent_nowhere;
      } else {
        host->second(from, bytes);
      }
    });
  }
  void carry(Bytes datagram, std::function<void(ByteVector&)> arrive) {
    if (random.below(100) < loss_percent) return;
    const auto late =
        Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(jitter.count()) + 1)));
    timers.schedule(timers.now() + latency + late, [bytes = ByteVector(datagram.begin(), datagram.end()),
                                                    arrive = std::move(arrive)]() mutable { arrive(bytes); });
  }

  std::unordered_map<Endpoint, Host> hosts_;
};

}  // namespace webcalling::media
