#pragma once

#include <string>
#include <string_view>

#include "base/ascii.hpp"

namespace webcalling::sdp {

/// Takes the next word from `text`: blanks before it are skipped, `text` keeps what stands behind it. Empty at the end.
inline std::string_view take_word(std::string_view& text) {
  text = ascii::trim(text);
  const auto word = text.substr(0, ascii::find_any<' ', '\t'>(text));
  text.remove_prefix(word.size());
  return word;
}

/// A hostile value fit for an error sentence: short, and printable ASCII only.
inline std::string quotable(std::string_view value) {
  constexpr std::size_t kMaxQuoted = 60;
  std::string out(value.substr(0, kMaxQuoted));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return value.size() > kMaxQuoted ? out + "..." : out;
}

}  // namespace webcalling::sdp
