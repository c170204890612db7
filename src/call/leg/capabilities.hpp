#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sip/message/message.hpp"

namespace webcalling::call {

/// Says in a message who we are and what we can do: User-Agent, Allow, Supported, Allow-Events, and Accept where a
/// description may come back. The reference system says the same in every message that opens or changes a dialog.
void announce(sip::Message& message, const std::string& product);

/// RFC 3261 sections 8.2.2.3 and 16.3: a request that requires an option that we do not support, as the one who is
/// called or as the one on the way, is refused by the 420 that `make_refusal` gives, with the option's name in it.
/// Nothing if there is no such option.
[[nodiscard]] std::optional<sip::Response> refuse_unsupported(const sip::Request& request,
                                                              const std::function<sip::Response()>& make_refusal);

}  // namespace webcalling::call
