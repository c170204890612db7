#include "io/datagram_poller.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace webcalling::io {
namespace {

/// A socket for which something has come, and which leaves it there.
class BusyPort final : public DatagramPoller::Port {
 public:
  BusyPort() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof own;
    auto* address = reinterpret_cast<sockaddr*>(&own);
    EXPECT_EQ(::bind(descriptor_, address, size), 0);
    EXPECT_EQ(::getsockname(descriptor_, address, &size), 0);
    EXPECT_EQ(::sendto(descriptor_, "x", 1, 0, address, size), 1);
  }
  ~BusyPort() { ::close(descriptor_); }
  BusyPort(const BusyPort&) = delete;
  BusyPort& operator=(const BusyPort&) = delete;

  void receive() override { ++told_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] int told() const { return told_; }

 private:
  int descriptor_;
  int told_ = 0;
};

/// There is time for one port only.
constexpr TimePoint kNoTime{};

class DatagramPollerTest : public testing::Test {
 protected:
  DatagramPollerTest() {
    for (BusyPort& port : ports_) poller_.add(port.descriptor(), port);
  }

  DatagramPoller poller_;
  std::array<BusyPort, 3> ports_;
};

TEST_F(DatagramPollerTest, TellsAllThatAreReady) {
  poller_.dispatch(TimePoint::max());
  for (const BusyPort& port : ports_) EXPECT_EQ(port.told(), 1);
}

TEST_F(DatagramPollerTest, WithTooLittleTimeAllGetTheirTurn) {
  for (int i = 0; i < 4 * 3; ++i) poller_.dispatch(kNoTime);
  for (const BusyPort& port : ports_) EXPECT_EQ(port.told(), 4);
}

TEST_F(DatagramPollerTest, OneThatIsRemovedBeforeItsTurnIsNotTold) {
  poller_.dispatch(kNoTime);
  BusyPort& waiting = ports_[0].told() == 0 ? ports_[0] : ports_[1];
  poller_.remove(waiting.descriptor(), waiting);
  for (int i = 0; i < 6; ++i) poller_.dispatch(kNoTime);
  EXPECT_EQ(waiting.told(), 0);
}

}  // namespace
}  // namespace webcalling::io
