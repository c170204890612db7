#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "media/dtls/context.hpp"
#include "media/session/datagram_sender.hpp"
#include "media/session/leg_settings.hpp"
#include "media/session/media_leg.hpp"
#include "media/session/plain_transport.hpp"
#include "media/session/webrtc_transport.hpp"

namespace webcalling::media {

/// All legs of one media loop: brings datagrams to their leg and audio from leg to leg. Sans-IO; one loop owns it.
class Shard {
 public:
  Shard(ShardServices services, const dtls::Context& context, DatagramSender& sender);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // Commands of call control. Those for a leg that is not there do nothing.

  void open(const LocalLeg& local);
  void configure(LegId leg, const LegSettings& settings);
  void restart_ice(LegId leg, const ice::Credentials& local);
  void listen(LegId leg, const Source& source);
  void close(LegId leg);

  // Datagrams; `datagram` is changed.

  /// From the port that all WebRTC legs share. Strangers' datagrams are dropped: a leg is found by the ufrag of a
  /// check, later by the address that passed one.
  void receive_shared(MutableBytes datagram, const Endpoint& from, const IpAddress& local);
  void receive_plain(LegId leg, PlainPort port, MutableBytes datagram, const Endpoint& from);

  [[nodiscard]] std::size_t legs() const { return legs_.size(); }

 private:
  struct Entry;

  [[nodiscard]] Entry* find(LegId leg);
  [[nodiscard]] Entry* find_by_datagram(Bytes datagram, const Endpoint& from);
  void deliver(Entry& talker, const ReceivedPacket& received);
  void stop_hearing(Entry& listener);

  ShardServices services_;
  const dtls::Context& context_;
  DatagramSender& sender_;
  std::unordered_map<LegId, std::unique_ptr<Entry>> legs_;
  std::unordered_map<std::string, LegId> by_ufrag_;
  std::unordered_map<Endpoint, LegId> by_address_;
};

}  // namespace webcalling::media
