#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "sdp/agreement.hpp"
#include "sdp/session.hpp"

namespace webcalling::sdp {

/// Our side of one leg's media, as it goes into a description. Within a dialog everything but `session_version` stays
/// the same from description to description, unless ICE is restarted.
struct LocalMedia {
  std::uint64_t session_id = 0;       ///< below 2^63: browsers read it as a signed number
  std::uint64_t session_version = 0;  ///< one more for every changed description
  std::string session_name = "WebCalling";

  // Without ICE: o= and c= carry `rtp.address`, m= carries `rtp.port`; RTCP is on the next port.
  Endpoint rtp;
  std::vector<SdesKey> keys;  ///< ours, at most one for each suite, best first

  // WebRTC: best candidate first; o=, c= and m= carry the first one.
  std::vector<Endpoint> host_candidates;
  IceCredentials ice;
  Fingerprint fingerprint;  ///< of our certificate, for DTLS with ICE or without; empty: no DTLS
  std::uint32_t ssrc = 0;
  std::string cname;
  std::string msid;  ///< "stream track", tokens of 1..64 characters

  OpusParameters opus{.min_ptime = 10, .use_inband_fec = true};  ///< what we want to receive
};

/// A codec with the payload type it is offered with.
struct OfferedCodec {
  OfferedCodec(Codec offered)
      : OfferedCodec(offered, default_rtp_map(offered).payload_type) {}  // NOLINT: a codec is enough
  OfferedCodec(Codec offered, std::uint8_t offered_payload_type) : codec(offered), payload_type(offered_payload_type) {}

  Codec codec;
  std::uint8_t payload_type;
};

struct OfferedTelephoneEvent {
  std::uint8_t payload_type = 101;
  std::uint32_t clock_rate = 8000;
};

/// How the audio of an offer may travel.
enum class OfferKind {
  Plain,         ///< RTP/AVP in the clear: every phone takes it
  OptionalSrtp,  ///< RTP/AVP with keys (RFC 8643): who can encrypts, others take it for Plain
  Srtp,          ///< RTP/SAVP with keys for SDES and for DTLS without ICE: the other side encrypts or refuses
  WebRtc,        ///< ICE-lite, DTLS-SRTP, BUNDLE
};

/// What we offer on one leg: one audio m= line.
struct OfferSpec {
  LocalMedia local;
  OfferKind kind = OfferKind::Plain;
  std::vector<OfferedCodec> codecs{Codec::Opus, Codec::G722, Codec::Pcma, Codec::Pcmu};  ///< best first
  /// Empty: 101 at 8000 Hz, and 110 at 48000 Hz before it if Opus is offered.
  std::vector<OfferedTelephoneEvent> telephone_events;
  Direction direction = Direction::SendRecv;
  std::chrono::milliseconds ptime{20};
  bool rtcp_mux = false;           ///< without ICE; WebRTC always multiplexes
  std::optional<std::string> mid;  ///< nothing: "0" for WebRTC, otherwise none
  /// Our last description in this dialog, if this is a re-offer: its other m= lines must be repeated (RFC 3264 §8).
  std::optional<Session> previous;
};

/// A re-offer that keeps what was agreed on: payload types, mid, kind of transport and keys, place of the m= line.
/// `previous` is our last description, be it offer or answer. Set `direction` in the result for hold and resume.
[[nodiscard]] OfferSpec reoffer(const Agreement& agreement, const LocalMedia& local, const Session& previous);

/// The answer that says what negotiate() found: as many m= lines as the offer has, in its order, all but the agreed one
/// refused with port 0 (RFC 3264 §6, RFC 8829 §5.3). The direction stands at media level only.
[[nodiscard]] Session make_answer(const Session& offer, const Agreement& agreement, const LocalMedia& local);

[[nodiscard]] Session make_offer(const OfferSpec& spec);

}  // namespace webcalling::sdp
