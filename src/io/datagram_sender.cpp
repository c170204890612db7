#include "io/datagram_sender.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

template <typename Info>
std::size_t write_control(std::uint8_t* out, int level, int type, const Info& info) {
  cmsghdr header{};
  header.cmsg_level = level;
  header.cmsg_type = type;
  header.cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(out, &header, sizeof header);
  std::memcpy(out + CMSG_LEN(0), &info, sizeof info);
  return CMSG_SPACE(sizeof info);
}

}  // namespace

DatagramSender::DatagramSender() : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kBytes)) {}

void DatagramSender::queue(Port& port, const IpAddress& from, const Endpoint& remote, Bytes bytes) {
  const SocketAddress address = to_socket_address(remote, port.family);
  if (address.size == 0 || bytes.size() > UINT16_MAX) {
    ++port.counters.unsent;
    return;
  }
  if (count_ == kBatch || used_ + bytes.size() > kBytes) flush();

  Slot& slot = slots_[count_++];
  slot.port = &port;
  slot.address_size = address.size;
  std::memcpy(&slot.address, &address.storage, address.size);
  slot.control_size = 0;
  const bool may_name = port.is_wildcard && !from.is_unspecified() && from.is_v4() == remote.address.is_v4();
  if (may_name) name_source(slot, from);
  slot.what = {memory_.get() + used_, bytes.size()};
  std::copy(bytes.begin(), bytes.end(), memory_.get() + used_);
  used_ += bytes.size();
}

void DatagramSender::name_source(Slot& slot, const IpAddress& from) {
  if (slot.port->family == AF_INET) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, from.bytes().data(), sizeof info.ipi_spec_dst);
    slot.control_size = write_control(slot.control.data(), IPPROTO_IP, IP_PKTINFO, info);
    return;
  }
  in6_pktinfo info{};
  const auto bytes = mapped_bytes(from);
  std::memcpy(&info.ipi6_addr, bytes.data(), bytes.size());
  slot.control_size = write_control(slot.control.data(), IPPROTO_IPV6, IPV6_PKTINFO, info);
}

void DatagramSender::flush() {
  if (count_ == 0) return;
  for (std::size_t i = 0; i < count_; ++i) order_[i] = &slots_[i];
  // Slots stand in the order of queueing, so that their addresses keep it within one socket.
  std::sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(count_), [](const Slot* a, const Slot* b) {
    return std::tie(a->port->descriptor, a) < std::tie(b->port->descriptor, b);
  });
  for (std::size_t i = 0; i < count_; ++i) {
    Slot& slot = *order_[i];
    messages_[i] = {};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_name = &slot.address;
    header.msg_namelen = slot.address_size;
    header.msg_iov = &slot.what;
    header.msg_iovlen = 1;
    header.msg_control = slot.control_size == 0 ? nullptr : slot.control.data();
    header.msg_controllen = slot.control_size;
  }
  for (std::size_t begin = 0, end = 0; begin < count_; begin = end) {
    while (end < count_ && order_[end]->port == order_[begin]->port) ++end;
    send_run(begin, end);
  }
  count_ = 0;
  used_ = 0;
}

// The usual case of a port of one call, and a sixth cheaper than a batch of one.
void DatagramSender::send_one(Port& port, const Slot& slot) {
  const auto send = [&] {
    return ::sendto(port.descriptor, slot.what.iov_base, slot.what.iov_len, MSG_DONTWAIT,
                    reinterpret_cast<const sockaddr*>(&slot.address), slot.address_size);
  };
  ssize_t sent = send();
  while (sent < 0 && errno == EINTR) sent = send();
  ++(sent < 0 ? port.counters.unsent : port.counters.sent);
}

void DatagramSender::send_run(std::size_t begin, std::size_t end) {
  Port& port = *order_[begin]->port;
  if (end - begin == 1 && order_[begin]->control_size == 0) return send_one(port, *order_[begin]);
  while (begin < end) {
    const int sent = ::sendmmsg(port.descriptor, &messages_[begin], static_cast<unsigned>(end - begin), MSG_DONTWAIT);
    if (sent > 0) {
      port.counters.sent += static_cast<std::uint64_t>(sent);
      begin += static_cast<std::size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    // A full buffer stays full for the rest of the run; other errors are those of one destination.
    const std::size_t lost = errno == EAGAIN || errno == ENOBUFS ? end - begin : 1;
    port.counters.unsent += lost;
    begin += lost;
  }
}

}  // namespace webcalling::io
