#include "io/datagram_receiver.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "io/socket_address.hpp"

namespace webcalling::io {

namespace {

constexpr std::size_t kSlotBytes = 64 * 1024;

}  // namespace

DatagramReceiver::DatagramReceiver() : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kBatch * kSlotBytes)) {
  for (std::size_t i = 0; i < kBatch; ++i) {
    slots_[i].where = {memory_.get() + i * kSlotBytes, kSlotBytes};
    msghdr& header = messages_[i].msg_hdr;
    header.msg_name = &slots_[i].address;
    header.msg_iov = &slots_[i].where;
    header.msg_iovlen = 1;
    header.msg_control = slots_[i].control.data();
  }
}

std::size_t DatagramReceiver::receive(int descriptor) {
  for (mmsghdr& message : messages_) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_in6);
    message.msg_hdr.msg_controllen = kControlBytes;
  }
  // An error of an earlier datagram (ICMP) is reported once and then gone; a second try finds what is waiting.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const int count = ::recvmmsg(descriptor, messages_.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
  }
  return 0;
}

bool DatagramReceiver::receive_one(int descriptor) {
  Slot& slot = slots_[0];
  socklen_t size = sizeof slot.address;
  // An error of an earlier datagram, as above.
  for (int attempt = 0; attempt < 3; ++attempt) {
    const ssize_t count = ::recvfrom(descriptor, slot.where.iov_base, slot.where.iov_len, MSG_DONTWAIT,
                                     reinterpret_cast<sockaddr*>(&slot.address), &size);
    if (count >= 0) {
      messages_[0].msg_len = static_cast<unsigned>(count);
      return true;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return false;
  }
  return false;
}

MutableBytes DatagramReceiver::bytes(std::size_t index) {
  return {memory_.get() + index * kSlotBytes, messages_[index].msg_len};
}

Endpoint DatagramReceiver::remote(std::size_t index) const {
  return from_socket_address(reinterpret_cast<const sockaddr*>(&slots_[index].address));
}

Duration DatagramReceiver::waited(std::size_t index) const {
  msghdr header = messages_[index].msg_hdr;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec came{};
    std::memcpy(&came, CMSG_DATA(part), sizeof came);
    timespec now{};
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return {};
    const auto since_epoch = [](const timespec& time) {
      return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    };
    // The wall clock may have been set meanwhile.
    return std::max(Duration::zero(), Duration(since_epoch(now) - since_epoch(came)));
  }
  return {};
}

IpAddress DatagramReceiver::local(std::size_t index, const IpAddress& bound) const {
  msghdr header = messages_[index].msg_hdr;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      // Not ipi_addr, which may be a broadcast address that nothing can be sent from.
      return IpAddress::v4(ntohl(info.ipi_spec_dst.s_addr));
    }
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(part), sizeof info);
      std::array<std::uint8_t, 16> address{};
      std::memcpy(address.data(), &info.ipi6_addr, address.size());
      return IpAddress::v6(address);
    }
  }
  return bound;
}

}  // namespace webcalling::io
