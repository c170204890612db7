#pragma once

#include <string_view>

namespace webcalling::call {

/// RFC 4566 section 8.1.
inline constexpr std::string_view kSdp = "application/sdp";

}  // namespace webcalling::call
