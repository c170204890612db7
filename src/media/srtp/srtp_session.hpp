#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/srtp/master_key.hpp"
#include "media/srtp/packet_cipher.hpp"
#include "media/srtp/replay_window.hpp"

namespace webcalling::media::srtp {

/// Why a packet was not protected or not accepted. An enum, not an Error: it happens per packet and must not allocate.
enum class Refusal : std::uint8_t {
  AuthenticationFailed,  ///< made with another key, or changed on its way
  Replay,                ///< seen before, or too old to tell; when sending: this sequence number was sent already
  Malformed,             ///< not an RTP / RTCP packet of a possible length
  NoRoom,                ///< the buffer cannot take the authentication tag
  KeyExhausted,          ///< 2^48 RTP packets or 2^31 RTCP packets: new keys are needed
  Failed,                ///< OpenSSL could not do its part
};
[[nodiscard]] std::string_view describe(Refusal refusal);

/// The length of the packet after the operation, or why there is none.
using PacketResult = tl::expected<std::size_t, Refusal>;

/// SRTP and SRTCP (RFC 3711, RFC 7714) in one direction with one key, for every SSRC that appears in it. Works in
/// place, and allocates nothing for a packet of a known SSRC. Keeps the rollover counter of each SSRC as long as the
/// session lives, so that a call may pause and resume after any number of packets. Keeps at most kMaxStreams of them:
/// the one unused for longest goes.
///
/// Why not libsrtp2: Debian's computes with NSS, which looks its key up and allocates for every packet, and took three
/// times as long with GCM, five times with counter mode (bench/micro).
class SrtpSession {
 public:
  enum class Direction : std::uint8_t { Send, Receive };

  /// What protect() and protect_rtcp() may add to a packet: the buffer must be that much longer.
  static constexpr std::size_t kMaxExpansion = 16 + 4;
  static constexpr std::size_t kMaxStreams = 32;

  static Result<SrtpSession> create(const MasterKey& key, Direction direction);

  /// `length` bytes of RTP (RTCP) stand at the start of `buffer`. Only for Direction::Send.
  PacketResult protect(MutableBytes buffer, std::size_t length);
  PacketResult protect_rtcp(MutableBytes buffer, std::size_t length);

  /// `length` bytes of SRTP (SRTCP) stand at the start of `buffer`. Only for Direction::Receive. After a refusal the
  /// buffer's content is undefined.
  PacketResult unprotect(MutableBytes buffer, std::size_t length);
  PacketResult unprotect_rtcp(MutableBytes buffer, std::size_t length);

  /// What an RTP packet needs besides this object comes into the cache (base/prefetch).
  void prefetch() const;

 private:
  struct Stream {
    std::uint32_t ssrc = 0;
    std::uint64_t last_used = 0;
    ReplayWindow rtp;
    ReplayWindow rtcp;
    /// RFC 3711 §3.2.1; when sending.
    std::uint64_t next_srtcp_index = 0;
  };

  SrtpSession(Direction direction, Profile profile, std::unique_ptr<PacketCipher> rtp,
              std::unique_ptr<PacketCipher> rtcp)
      : direction_(direction), profile_(profile), rtp_(std::move(rtp)), rtcp_(std::move(rtcp)) {}

  Stream* find(std::uint32_t ssrc);
  /// When receiving only after a packet proved genuine: a forged one makes no stream.
  Stream& find_or_add(std::uint32_t ssrc);

  Direction direction_;
  Profile profile_;
  std::unique_ptr<PacketCipher> rtp_;
  std::unique_ptr<PacketCipher> rtcp_;
  std::uint64_t uses_ = 0;
  std::vector<Stream> streams_;
};

}  // namespace webcalling::media::srtp
