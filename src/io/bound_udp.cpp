#include "io/bound_udp.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

void set_option(int descriptor, int level, int name, int value) {
  // Options here improve service; without them the port still works, so that a refusal is no error.
  (void)setsockopt(descriptor, level, name, &value, sizeof value);
}

void set_buffer(int descriptor, int forced, int usual, std::size_t bytes) {
  const int value = static_cast<int>(bytes);
  // Forcing goes beyond net.core.rmem_max, but needs CAP_NET_ADMIN.
  if (setsockopt(descriptor, SOL_SOCKET, forced, &value, sizeof value) != 0) {
    set_option(descriptor, SOL_SOCKET, usual, value);
  }
}

void prepare(int descriptor, const IpAddress& address, const UdpOptions& options) {
  set_buffer(descriptor, SO_RCVBUFFORCE, SO_RCVBUF, options.buffer_bytes);
  // What one call sends the kernel hands on before the next comes.
  if (options.use == UdpUse::Shared) set_buffer(descriptor, SO_SNDBUFFORCE, SO_SNDBUF, options.buffer_bytes);
  if (address.is_v6()) set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (options.notes_arrival) set_option(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  // Not "DO": what routers say of the path's MTU, or somebody in their name, shall not keep small packets back.
  if (options.never_fragments) set_option(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  if (!address.is_unspecified() || options.use == UdpUse::OneFlow) return;
  // Each datagram shall say to which of our addresses it came, so that the answer leaves from there.
  if (address.is_v4()) {
    set_option(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
  } else {
    set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  }
}

}  // namespace

Result<BoundUdp> BoundUdp::bind(const Endpoint& wanted, const UdpOptions& options) {
  const Endpoint local = where_to_bind(wanted);
  const int descriptor = ::socket(family_of(local.address), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return failed("listening on UDP {}: {}", local.text(), explain_bind_error(errno));
  BoundUdp port(descriptor, local, options.use);
  prepare(descriptor, local.address, options);
  SocketAddress address = to_socket_address(local);
  if (::bind(descriptor, address.get(), address.size) != 0) {
    return failed("listening on UDP {}: {}", local.text(), explain_bind_error(errno));
  }
  if (local.port != 0) return port;
  address.size = sizeof address.storage;
  if (::getsockname(descriptor, address.get(), &address.size) == 0) {
    port.local_.port = from_socket_address(address.get()).port;
  }
  return port;
}

BoundUdp::BoundUdp(BoundUdp&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), local_(other.local_), use_(other.use_) {}

BoundUdp& BoundUdp::operator=(BoundUdp&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(local_, other.local_);
  std::swap(use_, other.use_);
  return *this;
}

BoundUdp::~BoundUdp() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int BoundUdp::release() { return std::exchange(descriptor_, -1); }

}  // namespace webcalling::io
