#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "media/session/leg_settings.hpp"

namespace webcalling::media {

enum class PlainPort : std::uint8_t { Rtp, Rtcp };

/// How a shard's datagrams leave. Implemented by server/ over sockets and by tests. Never calls back.
class DatagramSender {
 public:
  virtual ~DatagramSender() = default;
  /// From the port that all WebRTC legs of the shard share; `from` is our address that the peer knows.
  virtual void send_shared(const IpAddress& from, const Endpoint& to, Bytes datagram) = 0;
  /// From one of the two ports of a plain leg.
  virtual void send_plain(LegId leg, PlainPort port, const Endpoint& to, Bytes datagram) = 0;
  /// The leg is to send RTP soon (base/prefetch).
  virtual void prefetch_plain(LegId /*leg*/) {}
};

}  // namespace webcalling::media
