#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip/token/seal.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// A flow as the user part of a URI of ours (RFC 5626 section 5.2): a request whose Route shows it again belongs to
/// that flow, and nobody can make one for a flow that is not the own.
[[nodiscard]] std::string write_flow_token(const Seal& seal, const Flow& flow);

/// Text that claims to be a token. Anything else is just somebody's name.
[[nodiscard]] bool looks_like_flow_token(std::string_view user);

/// The flow that a token was made for, without its connection, which has no name that survives a restart. Nothing if we
/// have not made it.
[[nodiscard]] std::optional<Flow> read_flow_token(const Seal& seal, std::string_view user);

}  // namespace webcalling::sip
