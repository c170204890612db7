#pragma once

#include <string_view>

#include "sip/message/headers.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// The Contact we give out for a flow: where the peer reaches us, with the transport named unless it is UDP.
[[nodiscard]] NameAddress local_contact(std::string_view user, const Flow& flow);

}  // namespace webcalling::sip
