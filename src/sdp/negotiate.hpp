#pragma once

#include <vector>

#include "base/result.hpp"
#include "sdp/agreement.hpp"
#include "sdp/codec.hpp"
#include "sdp/describe.hpp"
#include "sdp/session.hpp"

namespace webcalling::sdp {

/// Whose order decides between codecs that both sides have.
enum class CodecOrder { Ours, Offerers };

/// What we can do and want on one leg.
struct Capabilities {
  std::vector<Codec> codecs{Codec::Opus, Codec::G722, Codec::Pcma, Codec::Pcmu};  ///< best first
  CodecOrder order = CodecOrder::Ours;
  Direction direction = Direction::SendRecv;  ///< what we want; SendOnly or Inactive while we hold them
  /// The DTLS role we take when the offer leaves it to us. In a re-offer pass the role of the first answer: it must not
  /// change while the DTLS association lives (RFC 8842 §5.3).
  Setup setup = Setup::Active;
  bool plain_rtp = true;  ///< in the clear
  bool sdes = true;
  bool dtls = true;      ///< without ICE
  bool webrtc = true;    ///< ICE and DTLS
  bool rtcp_mux = true;  ///< without ICE; WebRTC always multiplexes
};

/// What we agree to in an offer: the first audio m= line that we can do, all others refused. One codec is chosen;
/// payload types are the offer's. Also for re-offers. Fails with Unsupported (488) if there is nothing we can do, with
/// Malformed (400) if a plain m= line has no connection address.
[[nodiscard]] Result<Agreement> negotiate(const Session& offer, const Capabilities& ours);

/// The same for a re-offer, in which audio may be switched off by port 0 (RFC 3264 §8.2): then what was agreed on
/// before stays for the day when it is switched on again, and nobody sends meanwhile.
[[nodiscard]] Result<Agreement> renegotiate(const Session& offer, const Capabilities& ours, const Agreement& current);

/// What the answer to our offer agreed to. Codecs come in the answer's order; payload types to send are the answer's,
/// payload types to receive are our offer's.
[[nodiscard]] Result<Agreement> accept_answer(const Session& our_offer, const Session& answer);

/// The codecs of a description that we know, of its first usable audio m= line, in its order: for choosing what to
/// offer to the other leg, so that both sides may end with one codec.
[[nodiscard]] std::vector<Codec> known_codecs(const Session& session);

}  // namespace webcalling::sdp
