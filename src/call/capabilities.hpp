#pragma once

#include <string>

#include "sip/message/message.hpp"

namespace webcalling::call {

/// Says in a message who we are and what we can do: User-Agent, Allow, Supported, Allow-Events, and Accept where a
/// description may come back. The reference system says the same in every message that opens or changes a dialog.
void announce(sip::Message& message, const std::string& product);

}  // namespace webcalling::call
