#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "base/ascii.hpp"

namespace webcalling::sip {

/// Characters that a rule of a grammar allows, as a table: to look for each in a text of those allowed is ten times the
/// work.
class CharSet {
 public:
  /// These, and nothing else.
  static constexpr CharSet of(std::string_view members) {
    CharSet set;
    for (const char c : members) set.members_[index(c)] = true;
    return set;
  }
  /// Letters, digits and these.
  static constexpr CharSet alnum_and(std::string_view others) {
    CharSet set = of(others);
    for (std::size_t i = 0; i < set.members_.size(); ++i) {
      if (ascii::is_alnum(static_cast<char>(i))) set.members_[i] = true;
    }
    return set;
  }
  [[nodiscard]] constexpr CharSet with(std::string_view others) const {
    CharSet set = *this;
    for (const char c : others) set.members_[index(c)] = true;
    return set;
  }

  [[nodiscard]] constexpr bool has(char c) const { return members_[index(c)]; }
  /// How many characters at the front of `text` are in it.
  [[nodiscard]] constexpr std::size_t count_front(std::string_view text) const {
    std::size_t count = 0;
    while (count < text.size() && has(text[count])) ++count;
    return count;
  }
  /// Also of an empty text.
  [[nodiscard]] constexpr bool has_all(std::string_view text) const {
    return std::all_of(text.begin(), text.end(), [this](char c) { return has(c); });
  }

 private:
  static constexpr std::size_t index(char c) { return static_cast<unsigned char>(c); }

  std::array<bool, 256> members_{};
};

}  // namespace webcalling::sip
