#pragma once

#include <string>

#include "sdp/session.hpp"

namespace webcalling::sdp {

/// The description as text, lines in the order of RFC 8866 §5, ended by CRLF. What parse() reads of it equals
/// `session`.
[[nodiscard]] std::string write(const Session& session);

}  // namespace webcalling::sdp
