#pragma once

// Private to this room.

#include <sys/epoll.h>

#include <array>
#include <cstddef>

#include "base/time.hpp"

namespace webcalling::io {

/// What one loop sleeps on, and the one who tells its UDP sockets that something has come for them. Asio would arm a
/// descriptor anew by a system call for every wait, look it up, queue and allocate for it: that was an eighth of what
/// it costs to relay a packet, and more of a call (docs/performance.md).
class Poller {
 public:
  /// A UDP socket as the poller sees it.
  class Port {
   public:
    virtual void receive() = 0;
    /// Its receive() comes soon: time to begin to bring what that will need into the cache (base/prefetch). `step` is 1
    /// to kPrefetchSteps, and from each to the next there is time for what was begun to come.
    virtual void prefetch(int step) = 0;

   protected:
    ~Port() = default;
  };

  static constexpr int kPrefetchSteps = 3;

  /// What the kernel's timeouts are counted in. Nanoseconds need Linux 5.11; where they are refused, it is milliseconds
  /// from then on.
  enum class Timeouts { Nanoseconds, Milliseconds };

  explicit Poller(Timeouts timeouts = Timeouts::Nanoseconds);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// `port` is told in every dispatch() in which something waits, until it is removed.
  void add(int descriptor, Port& port);
  /// Also from inside receive(), its own or another's.
  void remove(int descriptor, const Port& port);

  /// Ends wait() while it is readable, and nobody is told: an epoll whose owner looks for himself.
  void add_guest(int descriptor);
  /// Ends wait() once for each time that something is written to it, and is never read: an eventfd.
  void add_bell(int descriptor);

  /// Until there is something to dispatch, a guest is ready, the bell has rung, or `at_most` has passed; it may also
  /// end for no reason.
  void wait(Duration at_most);

  /// Tells those that have something to receive until `end`, so that others of the loop get their turn; whom it does
  /// not reach comes first the next time. To ask epoll anew would give the same ones first, since it tells of all that
  /// are ready in the order in which they became so: with more to do than there is time the last would never be heard.
  void dispatch(TimePoint end);

 private:
  static constexpr std::size_t kMostAtOnce = 256;

  void add(int descriptor, std::uint32_t events, Port* port);
  [[nodiscard]] int ask(Duration at_most);
  void prefetch(std::size_t ready, int step);

  int descriptor_;
  std::array<epoll_event, kMostAtOnce> ready_{};
  /// Of `ready_`: those from `next_` on are still to be told.
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  Timeouts timeouts_;
};

}  // namespace webcalling::io
