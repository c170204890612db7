#pragma once

#include <charconv>
#include <string_view>

#include "base/bytes.hpp"

namespace webcalling::media {

/// The bytes of a capture as a packet dump shows them: "80e52041 000a9c2e". Blanks are skipped.
inline ByteVector from_hex(std::string_view text) {
  ByteVector bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    while (at < text.size() && text[at] == ' ') ++at;
    const std::string_view digits = text.substr(at, 2);
    std::uint8_t byte = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    bytes.push_back(byte);
  }
  return bytes;
}

}  // namespace webcalling::media
