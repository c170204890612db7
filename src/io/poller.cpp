#include "io/poller.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <stdexcept>

#include "base/prefetch.hpp"
#include "io/clock.hpp"
#include "io/socket_address.hpp"

namespace webcalling::io {
namespace {

/// A UDP socket's own part.
constexpr std::size_t kPortSize = 256;

}  // namespace

Poller::Poller(Timeouts timeouts) : descriptor_(::epoll_create1(EPOLL_CLOEXEC)), timeouts_(timeouts) {
  // As Asio does for its own: a loop without it is none, and the program has just begun.
  if (descriptor_ < 0) throw std::runtime_error("making an epoll for a loop: " + system_error_text(errno));
}

Poller::~Poller() { ::close(descriptor_); }

void Poller::add(int descriptor, Port& port) { add(descriptor, EPOLLIN, &port); }
void Poller::add_guest(int descriptor) { add(descriptor, EPOLLIN, nullptr); }
void Poller::add_bell(int descriptor) { add(descriptor, EPOLLIN | EPOLLET, nullptr); }

void Poller::add(int descriptor, std::uint32_t events, Port* port) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = port;
  (void)::epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event);
}

void Poller::remove(int descriptor, const Port& port) {
  epoll_event unused{};
  (void)::epoll_ctl(descriptor_, EPOLL_CTL_DEL, descriptor, &unused);
  for (std::size_t i = next_; i < count_; ++i) {
    if (ready_[i].data.ptr == &port) ready_[i].data.ptr = nullptr;
  }
}

void Poller::wait(Duration at_most) {
  if (next_ < count_) return;
  const int count = ask(std::max(at_most, Duration::zero()));
  next_ = 0;
  count_ = count > 0 ? static_cast<std::size_t>(count) : 0;
}

int Poller::ask(Duration at_most) {
  const int most = static_cast<int>(ready_.size());
  if (timeouts_ == Timeouts::Nanoseconds) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at_most);
    const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (at_most - seconds).count()};
    const int count = ::epoll_pwait2(descriptor_, ready_.data(), most, &timeout, nullptr);
    // Sandboxes that know nothing of Linux 5.11 refuse it, some as forbidden.
    if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
    timeouts_ = Timeouts::Milliseconds;
  }
  constexpr std::chrono::milliseconds kLongest = 1h;
  const auto timeout = std::min(std::chrono::ceil<std::chrono::milliseconds>(at_most), kLongest);
  return ::epoll_wait(descriptor_, ready_.data(), most, static_cast<int>(timeout.count()));
}

void Poller::dispatch(TimePoint end) {
  // Those behind the next are each a step less far. Step 0 is the port itself, which no step may look at before it.
  for (int ahead = kPrefetchSteps; ahead >= 0; --ahead) {
    for (int step = 0; step <= kPrefetchSteps - ahead; ++step) prefetch(next_ + static_cast<std::size_t>(ahead), step);
  }
  while (next_ < count_) {
    auto* port = static_cast<Port*>(ready_[next_++].data.ptr);
    if (port != nullptr) port->receive();
    if (MonotonicClock::now() >= end) break;
    for (int step = 0; step <= kPrefetchSteps; ++step) {
      prefetch(next_ + static_cast<std::size_t>(kPrefetchSteps - step), step);
    }
  }
}

void Poller::prefetch(std::size_t ready, int step) {
  if (ready >= count_) return;
  auto* port = static_cast<Port*>(ready_[ready].data.ptr);
  if (port == nullptr) return;
  if (step == 0) return webcalling::prefetch(port, kPortSize);
  port->prefetch(step);
}

}  // namespace webcalling::io
