#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <tl/expected.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/srtp/master_key.hpp"

struct srtp_ctx_t_;

namespace webcalling::media::srtp {

/// Why a packet was not protected or not accepted. An enum, not an Error: it happens per packet and must not allocate.
enum class Refusal : std::uint8_t {
  AuthenticationFailed,  ///< made with another key, or changed on its way
  Replay,                ///< seen before, or too old to tell; when sending: this sequence number was sent already
  Malformed,             ///< not an RTP / RTCP packet of a possible length
  NoRoom,                ///< the buffer cannot take the authentication tag
  KeyExhausted,          ///< 2^48 packets: new keys are needed
  Failed,                ///< the library could not do its part
};
[[nodiscard]] std::string_view describe(Refusal refusal);

/// The length of the packet after the operation, or why there is none.
using PacketResult = tl::expected<std::size_t, Refusal>;

/// SRTP and SRTCP (RFC 3711, RFC 7714) in one direction with one key, for every SSRC that appears in it. Works in
/// place. Keeps the rollover counter of each SSRC as long as the session lives, so that a call may pause and resume
/// after any number of packets. Keeps at most kMaxStreams of them: the one unused for longest goes. Buffers should
/// start at a multiple of 4 bytes.
///
/// Allocates nothing per packet itself. Debian's libsrtp2 computes with NSS, which does: 2 small blocks a packet with
/// GCM, 8 with counter mode, at a third of the speed. Agree on GCM where there is a choice.
class SrtpSession {
 public:
  enum class Direction : std::uint8_t { Send, Receive };

  /// What protect() and protect_rtcp() may add to a packet: the buffer must be that much longer.
  static constexpr std::size_t kMaxExpansion = 16 + 4;
  static constexpr std::size_t kMaxStreams = 32;
  /// In packets; also how late a reordered packet may be.
  static constexpr std::size_t kReplayWindow = 1024;

  static Result<SrtpSession> create(const MasterKey& key, Direction direction);

  /// `length` bytes of RTP (RTCP) stand at the start of `buffer`. Only for Direction::Send.
  PacketResult protect(MutableBytes buffer, std::size_t length);
  PacketResult protect_rtcp(MutableBytes buffer, std::size_t length);

  /// `length` bytes of SRTP (SRTCP) stand at the start of `buffer`. Only for Direction::Receive. After a refusal the
  /// buffer's content is undefined.
  PacketResult unprotect(MutableBytes buffer, std::size_t length);
  PacketResult unprotect_rtcp(MutableBytes buffer, std::size_t length);

 private:
  struct Deleter {
    void operator()(srtp_ctx_t_* session) const;
  };
  struct Stream {
    std::uint32_t ssrc = 0;
    std::uint64_t last_used = 0;
  };

  SrtpSession(srtp_ctx_t_* session, Direction direction, Profile profile)
      : session_(session), direction_(direction), profile_(profile) {}

  template <typename Operation>
  PacketResult run(MutableBytes buffer, std::size_t length, std::size_t ssrc_offset, Operation operation);
  void note_use(std::uint32_t ssrc);

  std::unique_ptr<srtp_ctx_t_, Deleter> session_;
  Direction direction_;
  Profile profile_;
  std::size_t stream_count_ = 0;
  std::uint64_t uses_ = 0;
  std::array<Stream, kMaxStreams> streams_{};
};

}  // namespace webcalling::media::srtp
