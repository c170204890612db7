#pragma once

#include <vector>

#include "config/settings.hpp"
#include "io/local_addresses.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::server {

/// Whether a way to a phone that was written down by an earlier run can be gone again: a phone knows us by the address
/// and port at which it found us; from elsewhere we would be strangers to its NAT. `addresses` are those of this
/// machine.
[[nodiscard]] bool is_still_ours(const sip::Flow& flow, const config::Settings& settings,
                                 const std::vector<io::LocalAddress>& addresses);

}  // namespace webcalling::server
