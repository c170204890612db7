#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/flat_map.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "media/dtls/context.hpp"
#include "media/session/datagram_sender.hpp"
#include "media/session/leg_settings.hpp"
#include "media/session/leg_transport.hpp"
#include "media/session/media_leg.hpp"

namespace webcalling::media {

/// All legs of one media loop: brings datagrams to their leg and audio from leg to leg. Sans-IO; one loop owns it.
class Shard {
 public:
  struct Counters {
    std::uint64_t strangers = 0;  ///< datagrams at the shared port that belong to no leg
    std::uint64_t refused = 0;    ///< datagrams to a leg, but forged, repeated, or not from its peer
    std::uint64_t unlent = 0;     ///< packets that a listener on another loop missed, since it did not keep up
    friend bool operator==(const Counters&, const Counters&) = default;
  };

  /// Takes a packet to the shard of the listener. False if it cannot be taken there now.
  using Lend = std::function<bool(const LentPacket& packet)>;

  Shard(ShardServices services, const dtls::Context& context, DatagramSender& sender);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // Commands of call control. Those for a leg that is not there do nothing.

  /// A leg that is open already stays as it is.
  void open(const LocalLeg& local);
  void configure(LegId leg, const LegSettings& settings);
  void restart_ice(LegId leg, const ice::Credentials& local);
  /// Another leg is heard as soon as, and as long as, it is open.
  void listen(LegId leg, const Source& source);
  /// `listener` lives in another shard, and hears `talker` through `lend` until stop_lending(), or until the talker is
  /// closed. `lend` must not call this shard.
  void lend(LegId talker, LegId listener, Lend lend);
  void stop_lending(LegId talker, LegId listener);
  /// Presses a key at the peer; see OutgoingAudio.
  void send_digit(LegId leg, char digit, Duration length);
  void close(LegId leg);

  /// A packet of another shard's leg: heard if its listener still listens to that leg.
  void hear(const LentPacket& lent);

  /// See EncodingEffort.
  void note_busy(double share) { services_.effort.note_busy(share); }

  // Datagrams; `datagram` is changed.

  /// From the port that all WebRTC legs share. Strangers' datagrams are dropped: a leg is found by the ufrag of a
  /// check, later by the address that passed one.
  void receive_shared(MutableBytes datagram, const Endpoint& from, const IpAddress& local);
  void receive_plain(LegId leg, PlainPort port, MutableBytes datagram, const Endpoint& from);

  /// A datagram for it comes soon: begins to bring what that will need into the cache (base/prefetch). In three steps,
  /// 1, 2 and 3: the leg, those who hear it, and what they send by.
  void prefetch_plain(LegId leg, int step);
  void prefetch_shared(const Endpoint& from, int step);

  [[nodiscard]] std::size_t legs() const { return legs_.size(); }
  /// Listeners in other shards.
  [[nodiscard]] std::size_t borrowers() const;
  /// Addresses and ufrags by which datagrams find their legs.
  [[nodiscard]] std::size_t paths() const { return by_ufrag_.size() + by_address_.size(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Entry;
  /// Lets a ufrag be looked up where it stands in its datagram.
  struct UfragHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view ufrag) const { return std::hash<std::string_view>{}(ufrag); }
  };

  [[nodiscard]] std::unique_ptr<Entry> make_plain(const LocalLeg& local);
  [[nodiscard]] std::unique_ptr<Entry> make_webrtc(const LocalLeg& local, const LocalWebRtc& webrtc);
  void set_path(LegId leg, const Endpoint& remote, bool valid);
  [[nodiscard]] Entry* find(LegId leg);
  [[nodiscard]] Entry* find_by_datagram(Bytes datagram, const Endpoint& from);
  static void prefetch(const Entry& talker, int step);
  void deliver(Entry& talker, const ReceivedPacket& received);
  void stop_hearing(Entry& listener);

  ShardServices services_;
  const dtls::Context& context_;
  DatagramSender& sender_;
  Counters counters_;
  std::unordered_map<std::string, Entry*, UfragHash, std::equal_to<>> by_ufrag_;
  FlatMap<LegId, std::unique_ptr<Entry>> legs_;
  FlatMap<Endpoint, Entry*> by_address_;
};

}  // namespace webcalling::media
