#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "io/bound_udp.hpp"
#include "io/tcp_listener.hpp"

namespace webcalling::io {
namespace {

const Endpoint kEverywhere{IpAddress::v6({}), 0};

/// From now on the kernel answers this process as one that was started with ipv6.disable=1 does.
bool take_ipv6_away() {
  const std::uint32_t allow = SECCOMP_RET_ALLOW;
  const std::uint32_t refuse = SECCOMP_RET_ERRNO | EAFNOSUPPORT;
  std::array<sock_filter, 6> filter{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, allow),
  }};
  const sock_fprog program{.len = filter.size(), .filter = filter.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

[[noreturn]] void listen_without_ipv6() {
  if (!take_ipv6_away()) std::exit(2);
  Loop loop;
  const auto udp = BoundUdp::bind(kEverywhere);
  const auto tcp = TcpListener::listen(loop, kEverywhere, {}, [](TcpConnection) {});
  const bool listens = udp && udp->local().address == IpAddress() && tcp && tcp->local().address == IpAddress();
  // A wish for IPv6 itself is not granted in silence.
  std::exit(listens && !BoundUdp::bind({*IpAddress::parse("::1"), 0}) ? 0 : 1);
}

TEST(WithoutIpv6DeathTest, EveryAddressIsEveryIpv4Address) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(listen_without_ipv6(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace webcalling::io
