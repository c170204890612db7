#pragma once

#include <chrono>
#include <optional>
#include <tl/expected.hpp>

#include "registrar/register_wish.hpp"
#include "sip/message/message.hpp"
#include "sip/message/parser.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::registrar {

/// Whether the reg-id in `update` tells flows apart (RFC 5626 section 6), or the refusal: 400, or 439 if the device
/// asks for it and the first proxy on its way does not keep flows.
[[nodiscard]] tl::expected<bool, sip::Rejection> find_flows(const sip::Request& request, const Update& update);

/// How often a device shall show that its flow lives (RFC 5626 section 4.4): what is silent for longer may be taken
/// for dead. Nothing where we ask ourselves (WebSocket pings).
[[nodiscard]] std::optional<std::chrono::seconds> flow_timer(sip::TransportKind kind);

}  // namespace webcalling::registrar
