#pragma once

#include <cstddef>

namespace webcalling::sip {

/// Characters of a tag that we draw, of 62 each: RFC 3261 section 19.3 asks for at least 32 bits of randomness.
inline constexpr std::size_t kTagLength = 12;

}  // namespace webcalling::sip
