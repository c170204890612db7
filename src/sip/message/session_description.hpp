#pragma once

#include <string_view>

#include "base/result.hpp"
#include "sip/message/message.hpp"

namespace webcalling::sip {

/// What we can read of bodies in requests and responses that set up a session; for Accept.
inline constexpr std::string_view kReadableBodies = "application/sdp, multipart/mixed, multipart/alternative";

/// How deep multipart bodies may stand in one another.
inline constexpr int kMaxBodyDepth = 4;

/// The session description that a message carries: its body, or the part of its multipart body that is one (RFC 5621).
/// Empty if there is none and nothing else that we would have to understand. A view of the message.
///
/// Unsupported: a body or part of a type, encoding or disposition that we cannot do, and that is not optional.
/// Malformed: it cannot be read at all.
[[nodiscard]] Result<std::string_view> session_description(const Message& message);

/// How deep multipart bodies stand in one another: 0 for a plain body or none. Counts no further than kMaxBodyDepth
/// + 1.
[[nodiscard]] int body_depth(const Message& message);

/// How a request with such a body is refused: 400, or 415 (RFC 3261 section 8.2.3).
[[nodiscard]] int refusal_of_body(const Error& error);

}  // namespace webcalling::sip
