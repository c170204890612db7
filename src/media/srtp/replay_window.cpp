#include "media/srtp/replay_window.hpp"

namespace webcalling::media::srtp {

std::uint64_t ReplayWindow::index_of(std::uint16_t sequence) const {
  if (!highest_) return sequence;
  const auto distance = static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - *highest_));
  // Nothing is before the first round.
  if (distance < 0 && *highest_ < static_cast<std::uint64_t>(-distance)) return sequence;
  return *highest_ + static_cast<std::uint64_t>(distance);
}

bool ReplayWindow::has_seen(std::uint64_t index) const {
  if (!highest_ || index > *highest_) return false;
  return *highest_ - index >= kSize || seen_[index % kSize];
}

void ReplayWindow::add(std::uint64_t index) {
  if (!highest_ || index >= *highest_ + kSize) {
    seen_.reset();
  } else {
    for (auto passed = *highest_ + 1; passed < index; ++passed) seen_.reset(passed % kSize);
  }
  seen_.set(index % kSize);
  if (!highest_ || index > *highest_) highest_ = index;
}

}  // namespace webcalling::media::srtp
