// What this machine takes for a datagram of a call, whatever program sends and receives it: what no server can go
// below.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <vector>

namespace webcalling::bench {
namespace {

/// 20 ms of G.711 in RTP.
constexpr std::size_t kPacket = 172;

class LoopbackPort {
 public:
  LoopbackPort() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    failed_ = ::bind(descriptor_, get(), size) != 0 ||
              ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address_), &size) != 0;
  }
  ~LoopbackPort() { ::close(descriptor_); }
  LoopbackPort(const LoopbackPort&) = delete;
  LoopbackPort& operator=(const LoopbackPort&) = delete;

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool send_to(const LoopbackPort& other) const {
    const std::array<char, kPacket> packet{};
    return ::sendto(descriptor_, packet.data(), packet.size(), 0, other.get(), sizeof other.address_) == kPacket;
  }
  [[nodiscard]] bool receive() const {
    std::array<char, 2048> packet;
    return ::recv(descriptor_, packet.data(), packet.size(), 0) == kPacket;
  }

 private:
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }

  int descriptor_;
  sockaddr_in address_{};
  bool failed_ = false;
};

/// One datagram out and in, over loopback: with a second to relay it, that is what a relayed packet costs the kernel.
void loopback_udp(benchmark::State& state) {
  const LoopbackPort from;
  const LoopbackPort to;
  bool works = !from.failed() && !to.failed();
  for (auto _ : state) works = works && from.send_to(to) && to.receive();
  if (!works) state.SkipWithError("UDP over loopback does not work here");
}
BENCHMARK(loopback_udp);

/// Many ports, and which of them have a packet.
class Waiting {
 public:
  explicit Waiting(const std::vector<std::unique_ptr<LoopbackPort>>& ports) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (const auto& port : ports) {
      epoll_event event{.events = EPOLLIN, .data = {.ptr = port.get()}};
      failed_ = failed_ || port->failed() || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, port->descriptor(), &event) != 0;
    }
  }
  ~Waiting() { ::close(epoll_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  [[nodiscard]] bool failed() const { return failed_; }
  /// Sends on to `sink` what there is; how many packets it was.
  [[nodiscard]] int relay(const LoopbackPort& sink) const {
    std::array<epoll_event, 64> events{};
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1000);
    for (int i = 0; i < count; ++i) {
      const auto* port = static_cast<const LoopbackPort*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (!port->receive() || !port->send_to(sink)) return -1;
    }
    return count;
  }

 private:
  int epoll_;
  bool failed_ = false;
};

/// A packet of a call by a relay that does nothing else: of a thousand ports fifty have one, it is received and sent
/// on. A relayed call is a hundred of them a second.
void bare_relay(benchmark::State& state) {
  constexpr std::size_t kPorts = 1000;
  constexpr std::size_t kAtOnce = 50;
  std::vector<std::unique_ptr<LoopbackPort>> ports;
  for (std::size_t i = 0; i < kPorts; ++i) ports.push_back(std::make_unique<LoopbackPort>());
  const LoopbackPort phones;
  const Waiting waiting(ports);
  bool works = !phones.failed() && !waiting.failed();
  std::size_t next = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < kAtOnce; ++i) works = works && phones.send_to(*ports[next++ % kPorts]);
    const auto begin = std::chrono::steady_clock::now();
    for (int relayed = 0; works && relayed < static_cast<int>(kAtOnce);) {
      const int count = waiting.relay(phones);
      works = count > 0;
      relayed += count;
    }
    state.SetIterationTime(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    for (std::size_t i = 0; i < kAtOnce; ++i) works = works && phones.receive();
  }
  if (!works) state.SkipWithError("relaying over loopback does not work here");
  using Counter = benchmark::Counter;
  state.counters["a_packet"] = Counter(kAtOnce, Counter::kIsIterationInvariantRate | Counter::kInvert);
}
BENCHMARK(bare_relay)->UseManualTime();

}  // namespace
}  // namespace webcalling::bench
