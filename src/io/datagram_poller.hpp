#pragma once

// Private to this room.

#include <sys/epoll.h>

#include <array>
#include <cstddef>

#include "base/time.hpp"

namespace webcalling::io {

/// Tells the UDP sockets of one loop when something has come for them. They stand in an epoll of their own, which
/// stands in Asio's as one descriptor: Asio arms a descriptor anew by a system call for every wait, and looks it up,
/// queues and allocates for it; that was an eighth of what it costs to relay a packet (docs/performance.md).
class DatagramPoller {
 public:
  /// A socket as the poller sees it.
  class Port {
   public:
    virtual void receive() = 0;

   protected:
    ~Port() = default;
  };

  DatagramPoller();
  ~DatagramPoller();
  DatagramPoller(const DatagramPoller&) = delete;
  DatagramPoller& operator=(const DatagramPoller&) = delete;

  /// `port` is told in every dispatch() in which something waits, until it is removed.
  void add(int descriptor, Port& port);
  /// Also from inside receive(), its own or another's.
  void remove(int descriptor, const Port& port);

  /// Tells those that have something to receive until `end`, so that others of the loop get their turn; whom it does
  /// not reach comes first the next time. To ask epoll anew would give the same ones first, since it tells of all that
  /// are ready in the order in which they became so: with more to do than there is time the last would never be heard.
  void dispatch(TimePoint end);

  /// Readable while there is something to dispatch.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  static constexpr std::size_t kMostAtOnce = 256;

  int descriptor_;
  std::array<epoll_event, kMostAtOnce> ready_{};
  /// Of `ready_`: those from `next_` on are still to be told.
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

}  // namespace webcalling::io
