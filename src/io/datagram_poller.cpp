#include "io/datagram_poller.hpp"

#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "io/clock.hpp"
#include "io/socket_address.hpp"

namespace webcalling::io {

DatagramPoller::DatagramPoller() : descriptor_(::epoll_create1(EPOLL_CLOEXEC)) {
  // As Asio does for its own: a loop without it is none, and the program has just begun.
  if (descriptor_ < 0) throw std::runtime_error("making an epoll for UDP sockets: " + system_error_text(errno));
}

DatagramPoller::~DatagramPoller() { ::close(descriptor_); }

void DatagramPoller::add(int descriptor, Port& port) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &port;
  (void)::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event);
}

void DatagramPoller::remove(int descriptor, const Port& port) {
  epoll_event unused{};
  (void)::epoll_ctl(descriptor_, EPOLL_CTL_DEL, descriptor, &unused);
  for (std::size_t i = next_; i < count_; ++i) {
    if (ready_[i].data.ptr == &port) ready_[i].data.ptr = nullptr;
  }
}

void DatagramPoller::dispatch(TimePoint end) {
  if (next_ == count_) {
    const int count = ::epoll_wait(descriptor_, ready_.data(), static_cast<int>(ready_.size()), 0);
    next_ = 0;
    count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  while (next_ < count_) {
    auto* port = static_cast<Port*>(ready_[next_++].data.ptr);
    if (port != nullptr) port->receive();
    if (MonotonicClock::now() >= end) break;
  }
}

}  // namespace webcalling::io
