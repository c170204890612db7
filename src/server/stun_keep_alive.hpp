#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"

namespace webcalling::server {

/// What the SIP port says to a datagram that is STUN: a phone behind a NAT keeps its flow open with Binding requests
/// and learns from the answer if it has got a new address (RFC 5626 sections 4.4.2 and 8). Nobody authenticates here.
/// Empty if nothing is to be said: indications, responses, and what only looks like STUN.
[[nodiscard]] ByteVector answer_stun_keep_alive(Bytes datagram, const Endpoint& from);

}  // namespace webcalling::server
