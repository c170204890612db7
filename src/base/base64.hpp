#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace webcalling {

/// RFC 4648 section 4, with padding.
[[nodiscard]] std::string write_base64(Bytes bytes);

/// With or without padding: some senders leave it out. Nothing if there is any other character, or a length that no
/// bytes have.
[[nodiscard]] std::optional<ByteVector> parse_base64(std::string_view text);

}  // namespace webcalling
