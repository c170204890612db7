#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/endpoint.hpp"
#include "base/strong.hpp"
#include "media/codec/codec_id.hpp"
#include "media/dtls/dtls_endpoint.hpp"
#include "media/dtls/fingerprint.hpp"
#include "media/ice/credentials.hpp"
#include "media/rtp/types.hpp"
#include "media/srtp/master_key.hpp"

namespace webcalling::media {

/// One leg's media, for its whole life; never used again.
using LegId = Strong<struct LegIdTag, std::uint64_t>;

/// What a leg offers of itself: it goes into our SDP.
struct LocalWebRtc {
  ice::Credentials ice;
  dtls::Fingerprint fingerprint;
  /// Host candidates, best first.
  std::vector<Endpoint> candidates;
};
struct LocalPlain {
  Endpoint rtp;
  Endpoint rtcp;
  /// Of our certificate, for a phone that does DTLS without ICE.
  dtls::Fingerprint fingerprint{dtls::Fingerprint::Hash::Sha256, {}};
};
struct LocalLeg {
  LegId id;
  Ssrc ssrc;
  std::string cname;
  std::variant<LocalWebRtc, LocalPlain> transport;
};

struct PayloadMapping {
  PayloadType payload_type;
  CodecId codec = CodecId::Pcmu;
  friend bool operator==(const PayloadMapping&, const PayloadMapping&) = default;
};

/// RFC 4733 events of this leg. The clock is that of the audio codec they travel with: 48000 beside Opus, otherwise
/// 8000 Hz.
struct TelephoneEventMapping {
  PayloadType payload_type;
  std::uint32_t clock_rate = 8000;
  friend bool operator==(const TelephoneEventMapping&, const TelephoneEventMapping&) = default;
};

struct RemoteWebRtc {
  ice::Credentials ice;
  std::vector<dtls::Fingerprint> fingerprints;
  dtls::DtlsEndpoint::Role our_role = dtls::DtlsEndpoint::Role::Client;
};
/// No encryption.
struct InTheClear {
  friend bool operator==(const InTheClear&, const InTheClear&) = default;
};
/// Keys that stood in the descriptions (RFC 4568). One that stays keeps its rollover counters through any number of
/// re-negotiations.
struct SdesKeys {
  srtp::MasterKey send;
  srtp::MasterKey receive;
  friend bool operator==(const SdesKeys&, const SdesKeys&) = default;
};
/// DTLS without ICE (RFC 5763).
struct RemoteDtls {
  std::vector<dtls::Fingerprint> fingerprints;
  dtls::DtlsEndpoint::Role our_role = dtls::DtlsEndpoint::Role::Client;
  friend bool operator==(const RemoteDtls&, const RemoteDtls&) = default;
};
struct RemotePlain {
  /// From the SDP. The address that packets really come from replaces it once (symmetric RTP), then it is locked.
  Endpoint rtp;
  Endpoint rtcp;
  bool rtcp_mux = false;
  std::variant<InTheClear, SdesKeys, RemoteDtls> protection;
};

/// What offer and answer agreed on. Given again after every re-negotiation.
struct LegSettings {
  /// Every payload type the peer may use.
  std::vector<PayloadMapping> receive;
  /// The one we use.
  PayloadMapping send;
  /// Every payload type under which digits may come, and the one under which we send them; nothing if the peer takes
  /// none.
  std::vector<TelephoneEventMapping> receive_events;
  std::optional<TelephoneEventMapping> send_events;
  /// How much audio is in each packet that we make or transcode: 10, 20, 40 or 60 ms, for codecs other than Opus also
  /// 30 or 50. Forwarded audio goes as it came.
  std::chrono::milliseconds ptime{20};
  /// False while the peer holds the call, or wants nothing from us.
  bool may_send = true;
  /// False if the peer announced that it sends nothing: its silence is then no sign of loss, and what it sends all the
  /// same is dropped.
  bool may_receive = true;
  std::variant<RemoteWebRtc, RemotePlain> remote;
};

/// What a leg hears.
struct Silence {
  friend bool operator==(const Silence&, const Silence&) = default;
};
struct Ringback {
  friend bool operator==(const Ringback&, const Ringback&) = default;
};
struct MusicOnHold {
  friend bool operator==(const MusicOnHold&, const MusicOnHold&) = default;
};
/// The other side is away for a moment, and may come back.
struct Reconnecting {
  friend bool operator==(const Reconnecting&, const Reconnecting&) = default;
};
/// The audio and digits of another leg; of itself for an echo.
struct OtherLeg {
  LegId leg;
  friend bool operator==(const OtherLeg&, const OtherLeg&) = default;
};
/// What this leg, usually the listener itself, says in its first four seconds, four seconds later (RecordedVoice).
struct Replay {
  LegId leg;
  friend bool operator==(const Replay&, const Replay&) = default;
};
using Source = std::variant<Silence, Ringback, MusicOnHold, Reconnecting, OtherLeg, Replay>;

/// Whose packets are needed for it.
[[nodiscard]] inline std::optional<LegId> talker_of(const Source& source) {
  if (const auto* other = std::get_if<OtherLeg>(&source)) return other->leg;
  if (const auto* replay = std::get_if<Replay>(&source)) return replay->leg;
  return std::nullopt;
}

/// What a leg reports to call control.
struct MediaConnected {};  ///< the first audio packet of the peer came in (for WebRTC: after ICE and DTLS)
struct DigitReceived {
  char digit;  ///< 0-9 * # A-D
};
/// A browser that owes us audio has sent nothing at all for a second; or sends again after that.
struct MediaPaused {};
struct MediaResumed {};
/// The peer's media is gone for good: no consent any more (RFC 7675), DTLS closed, or no packet for too long.
struct MediaLost {
  std::string reason;
};
using LegEvent = std::variant<MediaConnected, DigitReceived, MediaPaused, MediaResumed, MediaLost>;

}  // namespace webcalling::media
