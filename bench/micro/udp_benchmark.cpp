// What this machine takes for a datagram of a call, whatever program sends and receives it: what no server can go
// below.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

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

}  // namespace
}  // namespace webcalling::bench
