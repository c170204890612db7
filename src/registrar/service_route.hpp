#pragma once

#include <optional>

#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"
#include "sip/token/seal.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::registrar {

/// The route that a device shall take to us with all its requests (RFC 3608): ourselves, with a token of its flow. A
/// device believes it blindly, so it is given only to one that has asked for a flow, and only if it calls us already by
/// the very address that it reached: a name it may not be able to resolve, an address in front of a NAT we do not know,
/// and a browser has nothing but its WebSocket anyway.
[[nodiscard]] std::optional<sip::ServiceRoute> service_route(const sip::Request& request, const sip::Flow& flow,
                                                             const sip::Seal& seal);

}  // namespace webcalling::registrar
