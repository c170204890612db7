#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/endpoint.hpp"
#include "sdp/codec.hpp"
#include "sdp/sdes.hpp"
#include "sdp/session.hpp"

namespace webcalling::sdp {

/// A codec both sides have. The two payload types differ only if an answerer chose its own number (RFC 3264 §6.1 allows
/// it).
struct AgreedCodec {
  Codec codec = Codec::Pcmu;
  std::uint8_t send_payload_type = 0;
  std::uint8_t receive_payload_type = 0;

  friend bool operator==(const AgreedCodec&, const AgreedCodec&) = default;
};

/// telephone-event (RFC 4733): the digits of the keypad.
struct AgreedTelephoneEvent {
  std::uint8_t send_payload_type = 101;
  std::uint8_t receive_payload_type = 101;
  std::uint32_t clock_rate = 8000;

  friend bool operator==(const AgreedTelephoneEvent&, const AgreedTelephoneEvent&) = default;
};

/// No encryption.
struct Unprotected {
  friend bool operator==(const Unprotected&, const Unprotected&) = default;
};

/// The other side of DTLS-SRTP.
struct DtlsPeer {
  std::vector<Fingerprint> fingerprints;  ///< never empty
  Setup our_setup = Setup::Active;        ///< Active: we are the DTLS client; Passive: the server. Nothing else.

  friend bool operator==(const DtlsPeer&, const DtlsPeer&) = default;
};

/// Where the keys of SRTP come from, if it is SRTP.
using Protection = std::variant<Unprotected, SdesPeer, DtlsPeer>;

/// The other side of RTP without ICE. Both endpoints are what its description says; behind a NAT the packets tell
/// better.
struct PlainPeer {
  std::optional<Endpoint> rtp;   ///< nothing while its connection address is 0.0.0.0 (old-style hold)
  std::optional<Endpoint> rtcp;  ///< equal to `rtp` with rtcp-mux
  Protection protection;

  friend bool operator==(const PlainPeer&, const PlainPeer&) = default;
};

/// The other side of ICE and DTLS-SRTP. It is never ICE-lite, as we are: somebody must send the checks.
struct WebRtcPeer : DtlsPeer {
  IceCredentials ice;
  std::vector<Candidate> candidates;

  friend bool operator==(const WebRtcPeer&, const WebRtcPeer&) = default;
};

/// What an offer and its answer agreed on, seen from our side: all that is needed to set up the media of one leg.
struct Agreement {
  std::size_t media_index = 0;  ///< of the m= line; all others are refused
  std::optional<std::string> mid;
  bool bundled = false;
  std::vector<AgreedCodec> codecs;                     ///< never empty; send the first, be ready to receive any
  std::vector<AgreedTelephoneEvent> telephone_events;  ///< may be empty; send the first, be ready to receive any
  OpusParameters opus;                                 ///< what they want to receive, if codec() is Opus
  std::chrono::milliseconds ptime{20};        ///< duration of a packet that we send; 10..60 and possible with codec()
  Direction direction = Direction::SendRecv;  ///< ours
  Direction remote_direction = Direction::SendRecv;  ///< theirs, as they described it
  bool rtcp_mux = false;
  std::variant<PlainPeer, WebRtcPeer> peer;

  [[nodiscard]] Codec codec() const { return codecs.front().codec; }
  [[nodiscard]] bool may_send() const { return sends(direction); }
  [[nodiscard]] bool may_receive() const { return receives(direction); }
  /// They do not want our audio: they put us on hold.
  [[nodiscard]] bool held_by_peer() const { return !receives(remote_direction); }
  [[nodiscard]] bool is_webrtc() const { return std::holds_alternative<WebRtcPeer>(peer); }
  /// Nothing if the other kind was agreed on.
  [[nodiscard]] const WebRtcPeer* webrtc() const { return std::get_if<WebRtcPeer>(&peer); }
  [[nodiscard]] const PlainPeer* plain() const { return std::get_if<PlainPeer>(&peer); }
  /// Nothing unless the keys come from DTLS, with ICE or without.
  [[nodiscard]] const DtlsPeer* dtls() const;
  /// Nothing unless the keys stand in the descriptions.
  [[nodiscard]] const SdesPeer* sdes() const;

  friend bool operator==(const Agreement&, const Agreement&) = default;
};

/// Whether the other side began a new ICE session (RFC 8839 §4.4.1.1.1): changed credentials. Hold and resume keep
/// them.
[[nodiscard]] bool ice_restarted(const Agreement& previous, const Agreement& next);

/// Whether the other side's SDES key is another than before, or there was none: then ours has to be a new one as well,
/// so that both rollover counters begin at zero with certainty, and no key is ever used twice.
[[nodiscard]] bool rekeyed(const Agreement& previous, const Agreement& next);

}  // namespace webcalling::sdp
