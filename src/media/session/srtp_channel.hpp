#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "media/session/leg_transport.hpp"
#include "media/srtp/srtp_session.hpp"

namespace webcalling::media {

/// SRTP and SRTCP with one peer, in both directions, each with a key of its own. Closed until there are keys.
class SrtpChannel {
 public:
  /// A key that is in use already keeps its rollover counters; another begins at zero (ATTACKS S41). False if the keys
  /// could not be used: the channel is closed then.
  bool use(const srtp::MasterKey& send, const srtp::MasterKey& receive);
  void close();
  [[nodiscard]] bool is_open() const { return send_.has_value(); }

  /// SRTP or SRTCP of the peer, or Refused: forged and repeated packets never end a call (ATTACKS S5).
  [[nodiscard]] ReceivedPacket receive(MutableBytes datagram);
  /// The packet for the peer in the place of `length` bytes of RTP or RTCP at the start of `buffer`; empty if there is
  /// no key, or it is used up.
  [[nodiscard]] MutableBytes protect_rtp(MutableBytes buffer, std::size_t length);
  [[nodiscard]] MutableBytes protect_rtcp(MutableBytes buffer, std::size_t length);
  /// See LegTransport.
  void prefetch_receiving() const { prefetch(receive_); }
  void prefetch_sending() const { prefetch(send_); }

 private:
  struct Direction {
    srtp::MasterKey key;
    srtp::SrtpSession session;
  };

  static void prefetch(const std::optional<Direction>& direction) {
    if (direction) direction->session.prefetch();
  }
  static void renew(std::optional<Direction>& direction, const srtp::MasterKey& key, srtp::SrtpSession::Direction way);

  std::optional<Direction> send_;
  std::optional<Direction> receive_;
};

}  // namespace webcalling::media
