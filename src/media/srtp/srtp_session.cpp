#include "media/srtp/srtp_session.hpp"

#include <srtp2/srtp.h>

#include <algorithm>
#include <bit>
#include <cassert>

namespace webcalling::media::srtp {
namespace {

constexpr std::size_t kRtpHeaderLength = 12;
constexpr std::size_t kRtpSsrcOffset = 8;
constexpr std::size_t kRtcpHeaderLength = 8;
constexpr std::size_t kRtcpSsrcOffset = 4;
constexpr std::size_t kSrtcpIndexLength = 4;
constexpr std::size_t kMaxPacket = 65535;

/// libsrtp keeps its table of ciphers in globals of its own and wants one call before any other; sessions are made on
/// every media loop, so the language's once-only initialisation is the place for it.
bool initialise_library() {
  static const bool initialised = srtp_init() == srtp_err_status_ok;
  return initialised;
}

std::size_t tag_length(Profile profile) {
  switch (profile) {
    case Profile::AeadAes128Gcm: return 16;
    case Profile::Aes128CmSha1_80: return 10;
    case Profile::Aes128CmSha1_32: return 4;
  }
  return 0;
}

/// RFC 4568 §6.2.2: the short tag is for RTP alone.
std::size_t rtcp_tag_length(Profile profile) { return profile == Profile::AeadAes128Gcm ? 16 : 10; }

void set_ciphers(srtp_policy_t& policy, Profile profile) {
  switch (profile) {
    case Profile::AeadAes128Gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
      return;
    case Profile::Aes128CmSha1_80:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      return;
    case Profile::Aes128CmSha1_32:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      return;
  }
}

std::uint32_t in_network_order(std::uint32_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}

Refusal refusal_of(srtp_err_status_t status) {
  switch (status) {
    case srtp_err_status_auth_fail:
    case srtp_err_status_cipher_fail: return Refusal::AuthenticationFailed;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
    case srtp_err_status_pkt_idx_old: return Refusal::Replay;
    case srtp_err_status_bad_param:
    case srtp_err_status_parse_err: return Refusal::Malformed;
    case srtp_err_status_key_expired: return Refusal::KeyExhausted;
    default: return Refusal::Failed;
  }
}

}  // namespace

std::string_view describe(Refusal refusal) {
  switch (refusal) {
    case Refusal::AuthenticationFailed: return "the packet was made with another key or changed on its way";
    case Refusal::Replay: return "the packet was seen before or is too old";
    case Refusal::Malformed: return "the packet is not RTP or RTCP";
    case Refusal::NoRoom: return "the buffer has no room for the authentication tag";
    case Refusal::KeyExhausted: return "the key has protected as many packets as it may";
    case Refusal::Failed: return "the SRTP library failed";
  }
  return {};
}

Result<SrtpSession> SrtpSession::create(const MasterKey& key, Direction direction) {
  if (!initialise_library()) return failed("SRTP: libsrtp could not be initialised");

  std::array<std::uint8_t, kMasterKeyLength + kMaxMasterSaltLength> key_and_salt{};
  std::ranges::copy(key.salt, std::ranges::copy(key.key, key_and_salt.begin()).out);

  srtp_policy_t policy{};
  set_ciphers(policy, key.profile);
  policy.ssrc.type = direction == Direction::Send ? ssrc_any_outbound : ssrc_any_inbound;
  policy.key = key_and_salt.data();
  policy.window_size = kReplayWindow;
  srtp_t session = nullptr;
  if (const auto status = srtp_create(&session, &policy); status != srtp_err_status_ok) {
    return failed("SRTP: libsrtp refused a {} session with error {}", name(key.profile), static_cast<int>(status));
  }
  return SrtpSession(session, direction, key.profile);
}

PacketResult SrtpSession::protect(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Send);
  if (length < kRtpHeaderLength) return tl::unexpected(Refusal::Malformed);
  if (buffer.size() < length + kMaxExpansion) return tl::unexpected(Refusal::NoRoom);
  return run(buffer, length, kRtpSsrcOffset, srtp_protect);
}

PacketResult SrtpSession::protect_rtcp(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Send);
  if (length < kRtcpHeaderLength) return tl::unexpected(Refusal::Malformed);
  if (buffer.size() < length + kMaxExpansion) return tl::unexpected(Refusal::NoRoom);
  return run(buffer, length, kRtcpSsrcOffset, srtp_protect_rtcp);
}

PacketResult SrtpSession::unprotect(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Receive);
  if (length < kRtpHeaderLength + tag_length(profile_)) return tl::unexpected(Refusal::Malformed);
  return run(buffer, length, kRtpSsrcOffset, srtp_unprotect);
}

PacketResult SrtpSession::unprotect_rtcp(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Receive);
  if (length < kRtcpHeaderLength + kSrtcpIndexLength + rtcp_tag_length(profile_))
    return tl::unexpected(Refusal::Malformed);
  return run(buffer, length, kRtcpSsrcOffset, srtp_unprotect_rtcp);
}

template <typename Operation>
PacketResult SrtpSession::run(MutableBytes buffer, std::size_t length, std::size_t ssrc_offset, Operation operation) {
  if (length > buffer.size() || length > kMaxPacket) return tl::unexpected(Refusal::Malformed);
  int size = static_cast<int>(length);
  if (const auto status = operation(session_.get(), buffer.data(), &size); status != srtp_err_status_ok) {
    return tl::unexpected(refusal_of(status));
  }
  // The SSRC stays in clear at its place (RFC 3711 §3.1, §3.4). Noted only now: a forged packet makes no stream.
  note_use(ByteReader(Bytes(buffer).subspan(ssrc_offset)).u32());
  return static_cast<std::size_t>(size);
}

void SrtpSession::note_use(std::uint32_t ssrc) {
  const auto end = streams_.begin() + static_cast<std::ptrdiff_t>(stream_count_);
  auto stream = std::find_if(streams_.begin(), end, [&](const Stream& known) { return known.ssrc == ssrc; });
  if (stream == end && stream_count_ < kMaxStreams) {
    ++stream_count_;
    stream->ssrc = ssrc;
  } else if (stream == end) {
    stream = std::ranges::min_element(streams_, {}, &Stream::last_used);
    srtp_remove_stream(session_.get(), in_network_order(stream->ssrc));
    stream->ssrc = ssrc;
  }
  stream->last_used = ++uses_;
}

void SrtpSession::Deleter::operator()(srtp_ctx_t_* session) const { srtp_dealloc(session); }

}  // namespace webcalling::media::srtp
