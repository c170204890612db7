#pragma once

#include <functional>
#include <initializer_list>
#include <memory>

#include "base/timer_queue.hpp"

namespace webcalling::io {

/// One event loop, owned by the thread that calls run(). Sockets, listeners and servers are built on a loop, are used
/// on its thread alone and must be gone before it is; post() and stop() are the only doors for other threads.
///
/// The loop works in rounds: it sleeps until something is ready, moves timers() to the monotonic clock (which runs what
/// is due), runs what was posted and the ready callbacks and the timers that these began for "at once", then wakes the
/// other loops that it has posted to, and sends the datagrams that were queued meanwhile. All callbacks of one round
/// see the same time. Callbacks do not throw: an exception leaves run() and ends the program.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Works until stop(). May be called again afterwards, but not from inside a callback.
  void run();
  /// Works until `done()` is true at the end of a round, stop() is called, or `at_most` has passed; gives the last
  /// done().
  bool run_until(const std::function<bool()>& done, Duration at_most);

  /// Ends run() after the current round; before run(), the next run() ends at once. From any thread, and from
  /// callbacks.
  void stop();

  /// Any thread's door into the loop: `action` runs on the loop's thread in a later round, in order of posting. Many
  /// posts share one wake-up, and those of a callback of another loop share that of the end of its round. What is still
  /// waiting when the loop is destroyed is destroyed without running.
  void post(std::function<void()> action);

  /// The time of this loop's objects, driven by run().
  [[nodiscard]] TimerQueue& timers();
  /// The time of the current round: timers().now().
  [[nodiscard]] TimePoint now();

  /// How long it has been at work, waiting for a processor included; the present round is not counted. From the loop's
  /// thread.
  [[nodiscard]] Duration busy_time() const;

  /// Calls `action` with the number of the signal on this loop's thread, each time one of `signals` arrives.
  void on_signal(std::initializer_list<int> signals, const std::function<void(int)>& action);

  /// For this room's own files; nobody else can see what it is.
  class Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace webcalling::io
