#include "base/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace webcalling {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

/// How many bytes a character has that begins with this one; 0 if none does.
std::size_t length_from(unsigned first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

/// RFC 3629 section 4: what the second byte must be beyond a continuation.
bool fits_second(unsigned first, unsigned second) {
  switch (first) {
    case 0xe0: return second >= 0xa0;
    case 0xed: return second < 0xa0;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second < 0x90;
    default: return true;
  }
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const unsigned first = byte_at(text, 0);
    const std::size_t length = length_from(first);
    if (length == 0 || length > text.size()) return false;
    const auto rest = text.substr(1, length - 1);
    if (!std::all_of(rest.begin(), rest.end(), is_continuation)) return false;
    if (length > 1 && !fits_second(first, byte_at(text, 1))) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace webcalling
