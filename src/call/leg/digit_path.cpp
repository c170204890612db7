#include "call/leg/digit_path.hpp"

#include <algorithm>
#include <cstddef>

namespace webcalling::call {
namespace {

/// An INFO may be sent when the key is released, and once more if it gets lost.
constexpr Duration kMoment = 1s;
constexpr std::size_t kMostTold = 32;

}  // namespace

bool DoubleDigits::is_repeated(char digit, DigitPath path, TimePoint now) {
  while (!told_.empty() && (now - told_.front().at > kMoment || told_.size() >= kMostTold)) told_.pop_front();
  const auto before = std::find_if(told_.begin(), told_.end(),
                                   [&](const Told& told) { return told.digit == digit && told.path != path; });
  if (before != told_.end()) {
    told_.erase(before);
    tells_twice_ = true;
    return true;
  }
  if (tells_twice_) return path == DigitPath::Signalling;
  told_.push_back({digit, path, now});
  return false;
}

}  // namespace webcalling::call
