#pragma once

#include <deque>

#include "base/time.hpp"

namespace webcalling::call {

/// How a key press came.
enum class DigitPath {
  Media,       ///< by RFC 4733: who hears the leg has it already
  Signalling,  ///< by INFO: nobody else knows of it
};

/// Some phones tell every key both by RFC 4733 and by INFO. Finds out which are told for the second time, so that each
/// counts once.
class DoubleDigits {
 public:
  /// True if `digit` came on the other path a moment ago. A phone that has been found out once need not be believed by
  /// INFO any more.
  [[nodiscard]] bool is_repeated(char digit, DigitPath path, TimePoint now);

 private:
  struct Told {
    char digit;
    DigitPath path;
    TimePoint at;
  };
  /// Told within the last moment, and only once.
  std::deque<Told> told_;
  bool tells_twice_ = false;
};

}  // namespace webcalling::call
