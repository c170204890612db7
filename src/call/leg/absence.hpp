#pragma once

#include <functional>

#include "base/timer_queue.hpp"
#include "call/leg/ending.hpp"

namespace webcalling::call {

/// Whether the browser of a leg is away: its page is loaded anew, or its tab has crashed. It is when its WebSocket is
/// gone and nothing is heard of it any more; one without the other is a change of network, or a muted moment. It may
/// come back while we have patience.
class Absence {
 public:
  enum class Audio {
    Heard,
    Silent,  ///< not one packet for a moment
    Lost,    ///< the path is gone: DTLS closed, no consent any more (RFC 7675)
  };
  /// `on_over` when it has not come back in time; the absence then lasts until stop().
  Absence(TimerQueue& timers, Duration patience, std::function<void(Cause)> on_over);

  // Each says whether away() has changed.

  [[nodiscard]] bool on_audio(Audio audio);
  [[nodiscard]] bool on_connection_lost();
  /// It has spoken, over whatever connection.
  [[nodiscard]] bool on_return();

  /// It is away from the beginning, until it returns.
  void begin_away();

  [[nodiscard]] bool away() const { return timer_.running(); }
  /// Without patience nobody is ever away.
  [[nodiscard]] bool has_patience() const { return patience_ > Duration::zero(); }
  void stop() { timer_.stop(); }

 private:
  [[nodiscard]] bool update();

  Duration patience_;
  Audio audio_ = Audio::Heard;
  bool is_connected_ = true;
  Timer timer_;
};

}  // namespace webcalling::call
