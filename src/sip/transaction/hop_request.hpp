#pragma once

#include <optional>
#include <string>

#include "sip/message/message.hpp"

namespace webcalling::sip {

// Requests that belong to an INVITE's own hop: they carry its Via, its CSeq number and its Route.

/// RFC 3261 section 9.1; `reason` is the value of a Reason header (RFC 3326).
[[nodiscard]] Request make_cancel(const Request& invite, const std::optional<std::string>& reason);
/// The ACK to a response other than 2xx (RFC 3261 section 17.1.1.3).
[[nodiscard]] Request make_failure_ack(const Request& invite, const Response& response);

}  // namespace webcalling::sip
