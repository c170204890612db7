#pragma once

#include "base/endpoint.hpp"

namespace webcalling::media {

/// A description that names no place to send to: port 0, or the address 0.0.0.0 of an old hold (RFC 3264 section 8.4).
inline bool is_nowhere(const Endpoint& endpoint) { return endpoint.port == 0 || endpoint.address.is_unspecified(); }

}  // namespace webcalling::media
