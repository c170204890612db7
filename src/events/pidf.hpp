#pragma once

#include <string_view>

#include "base/result.hpp"
#include "events/published_presence.hpp"

namespace webcalling::events {

/// What we take of a presence document (PIDF, RFC 3863): whether one of its tuples is open, and its first note. Nothing
/// else of it is kept, and nothing of it is ever passed on as it came.
[[nodiscard]] Result<PublishedPresence> read_pidf(std::string_view document);

}  // namespace webcalling::events
