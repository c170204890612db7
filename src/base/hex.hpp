#pragma once

#include <string>

#include "base/bytes.hpp"

namespace webcalling {

/// Appends two lower-case digits for each byte.
inline void append_hex(std::string& out, Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.reserve(out.size() + 2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

}  // namespace webcalling
