#pragma once

#include <vector>

#include "base/random.hpp"
#include "locating/first_step.hpp"
#include "locating/records.hpp"

namespace webcalling::locating {

/// The order in which servers are to be tried (RFC 2782, "Usage rules"): the lowest priority first, among equal ones by
/// chance, as their weights say. Records with the target "." are left out.
[[nodiscard]] std::vector<SrvRecord> order_by_weight(std::vector<SrvRecord> records, Random& random);

/// The services that NAPTR names, the preferred first, and of these only what a SIP or (`secure`) SIPS URI may use and
/// we can send over (RFC 3263 section 4.1).
[[nodiscard]] std::vector<Service> choose_services(std::vector<NaptrRecord> records, bool secure,
                                                   const Abilities& abilities);

}  // namespace webcalling::locating
