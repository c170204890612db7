#pragma once

#include "base/time.hpp"
#include "sip/message/glance.hpp"

namespace webcalling::server {

/// Whether a request that has waited so long in front of our door is turned away, because more comes than can be
/// served: otherwise all wait longer and longer, their senders ask again and again, and nobody is served (RFC 6357
/// section 3). What has been begun goes on; who has answered our challenge goes before who has not, whose work is not
/// done yet.
[[nodiscard]] bool is_turned_away(const sip::Glance& request, Duration waited);

}  // namespace webcalling::server
