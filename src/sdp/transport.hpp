#pragma once

#include "base/result.hpp"
#include "sdp/agreement.hpp"
#include "sdp/negotiate.hpp"
#include "sdp/session.hpp"

namespace webcalling::sdp {

// How the packets of one audio m= line travel: with ICE or between two known addresses, and with which keys. Each fills
// `peer` and `rtcp_mux` of the agreement.

/// For a line of an offer. Of the kinds of keys that it offers we take DTLS before SDES, whose keys everybody sees who
/// sees the signalling, and either before none (RFC 8643 §3). Unsupported if none will do; Malformed if the line names
/// no address.
[[nodiscard]] Result<void> agree_on_transport(Agreement& agreement, const Session& offer, const Media& line,
                                              const Capabilities& ours);

/// For a line of an answer to our offer. Unsupported if it is less than we demanded, or no answer to what we offered.
[[nodiscard]] Result<void> accept_transport(Agreement& agreement, const Session& our_offer, const Media& ours,
                                            const Session& answer, const Media& theirs);

}  // namespace webcalling::sdp
