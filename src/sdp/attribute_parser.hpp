#pragma once

#include <string_view>

#include "base/result.hpp"
#include "sdp/session.hpp"

namespace webcalling::sdp {

// The text of an a= line, put where it belongs in the session or media. The first of two equal single-valued attributes
// counts. Fails only for a payload type that is not one, and for more keys than anybody needs; what else does not
// follow its grammar becomes a raw attribute.
[[nodiscard]] Result<void> take_attribute(Session& session, std::string_view line);
[[nodiscard]] Result<void> take_attribute(Media& media, std::string_view line);

}  // namespace webcalling::sdp
