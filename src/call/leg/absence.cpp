#include "call/leg/absence.hpp"

#include <utility>

namespace webcalling::call {
namespace {

/// A page that goes takes its audio and its WebSocket with it; either may be told first.
constexpr Duration kUntilConnectionFollows = 2s;

}  // namespace

Absence::Absence(TimerQueue& timers, Duration patience, std::function<void(Cause)> on_over)
    : patience_(patience), timer_(timers, [this, on_over = std::move(on_over)] {
        on_over(is_connected_ ? Cause::MediaLost : Cause::ConnectionLost);
      }) {}

bool Absence::on_audio(Audio audio) {
  // Silence is no news of a path that is gone.
  if (audio == Audio::Silent && audio_ == Audio::Lost) return false;
  audio_ = audio;
  return update();
}

bool Absence::on_connection_lost() {
  const bool was_away = away();
  is_connected_ = false;
  // From now on it has all the time.
  timer_.stop();
  (void)update();
  return away() != was_away;
}

bool Absence::on_return() {
  if (is_connected_) return false;
  is_connected_ = true;
  audio_ = Audio::Heard;
  return update();
}

void Absence::begin_away() {
  is_connected_ = false;
  audio_ = Audio::Lost;
  (void)update();
}

bool Absence::update() {
  const bool is_away = has_patience() && (is_connected_ ? audio_ == Audio::Lost : audio_ != Audio::Heard);
  if (is_away == away()) return false;
  if (is_away) {
    timer_.start(is_connected_ ? kUntilConnectionFollows : patience_);
  } else {
    timer_.stop();
  }
  return true;
}

}  // namespace webcalling::call
