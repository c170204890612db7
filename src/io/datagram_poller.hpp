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

  /// Tells those that have something to receive, by turns, until `end`: so that others get their turn.
  void dispatch(TimePoint end);

  /// Readable while there is something to dispatch.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  static constexpr std::size_t kMostAtOnce = 256;

  int descriptor_;
  std::array<epoll_event, kMostAtOnce> ready_{};
  /// Of `ready_`, while dispatch() goes through it.
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

}  // namespace webcalling::io
