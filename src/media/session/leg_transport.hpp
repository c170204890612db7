#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "media/srtp/srtp_session.hpp"

namespace webcalling::media {

/// How the packets of one leg travel: between two port pairs, or through ICE; with encryption or without. Packets go in
/// and come out in the clear.
class LegTransport {
 public:
  /// Buffers given to send must be this much longer than the packet.
  static constexpr std::size_t kMaxExpansion = srtp::SrtpSession::kMaxExpansion;

  virtual ~LegTransport() = default;

  /// `length` bytes of a packet stand at the start of `buffer`, which is changed. False if the packet did not leave.
  virtual bool send_rtp(MutableBytes buffer, std::size_t length) = 0;
  virtual bool send_rtcp(MutableBytes buffer, std::size_t length) = 0;
  /// True while there is a way to the peer.
  [[nodiscard]] virtual bool ready() const = 0;
  /// A sentence on why nothing of the peer gets through, as far as this layer knows; otherwise empty.
  [[nodiscard]] virtual std::string obstacle() const = 0;
  /// What a packet of the peer needs besides this object, or one to it, comes into the cache (base/prefetch).
  virtual void prefetch_receiving() const {}
  virtual void prefetch_sending() const {}
  /// Says goodbye to the peer, if there is a word for it.
  virtual void close() = 0;
};

/// What a datagram turned out to be.
struct ReceivedPacket {
  enum class Kind : std::uint8_t {
    Consumed,  ///< the transport's own business: STUN, DTLS
    Refused,   ///< a stranger's, forged or repeated: dropped without a word
    Rtp,
    Rtcp,
  };
  Kind kind = Kind::Refused;
  /// RTP or RTCP in the clear; lies in the datagram's own buffer.
  MutableBytes packet{};
};

}  // namespace webcalling::media
