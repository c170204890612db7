#pragma once

#include "api/message.hpp"

namespace webcalling::api {

/// Whether a request comes from a page of this server, or from no page at all: its Origin (RFC 6454) names the host and
/// port that it went to. Nobody else's page may use the cookie of ours.
[[nodiscard]] bool is_of_own_page(const Request& request);

}  // namespace webcalling::api
