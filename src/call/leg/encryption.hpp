#pragma once

#include <optional>

#include "sdp/describe.hpp"
#include "sdp/negotiate.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::call {

/// What the house wants of the audio of SIP phones. Browsers encrypt always.
enum class Encryption {
  Off,       ///< in the clear; who insists on encryption is refused
  Optional,  ///< as the phone likes
  Required,  ///< encrypted; who cannot is refused
};

/// What we agree to in the offer of a peer.
[[nodiscard]] sdp::Capabilities capabilities(Encryption encryption);

/// How we offer audio to a phone that is reached over such a flow. Nobody can refuse the plain offer for being
/// encrypted, and keys of SDES are worth nothing in signalling that everybody may read (RFC 4568 §7.2): so keys are
/// offered unasked only to phones that registered over TLS.
[[nodiscard]] sdp::OfferKind offer_kind(Encryption encryption, sip::TransportKind transport);

/// Whether a phone that refused the first kind of offer with 488 gets another, and which: one that insists on
/// encryption cannot say so otherwise.
[[nodiscard]] std::optional<sdp::OfferKind> next_offer_kind(Encryption encryption, sdp::OfferKind refused);

}  // namespace webcalling::call
