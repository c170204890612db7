#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace webcalling::api {

/// What a phone has measured in a call, as it is kept with the call: an object of numbers by name, or of such objects
/// (one for each direction), and nothing else. What does not fit is refused with a sentence.
[[nodiscard]] Result<std::string> read_quality(std::string_view body);

}  // namespace webcalling::api
