#include "media/rtp/packet.hpp"

namespace webcalling::media {
namespace {

constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kMarkerBit = 0x80;

void put_u16(MutableBytes out, std::uint16_t value) {
  out[0] = static_cast<std::uint8_t>(value >> 8);
  out[1] = static_cast<std::uint8_t>(value);
}

void put_u32(MutableBytes out, std::uint32_t value) {
  put_u16(out, static_cast<std::uint16_t>(value >> 16));
  put_u16(out.subspan(2), static_cast<std::uint16_t>(value));
}

RtpHeader read_header(ByteReader& in) {
  RtpHeader header;
  const std::uint8_t second = in.u8();
  header.marker = (second & kMarkerBit) != 0;
  header.payload_type = PayloadType(second & 0x7f);
  header.sequence = SequenceNumber(in.u16());
  header.timestamp = RtpTimestamp(in.u32());
  header.ssrc = Ssrc(in.u32());
  return header;
}

}  // namespace

Result<RtpPacket> RtpPacket::parse(Bytes datagram) {
  if (datagram.size() < RtpHeader::kSize) return malformed("RTP packet: {} bytes are no header", datagram.size());
  const std::uint8_t first = datagram.front();
  if (first >> 6 != kVersion) return malformed("RTP packet: version {} is not 2", first >> 6);
  const bool has_padding = (first & 0x20) != 0;
  const bool has_extension = (first & 0x10) != 0;

  RtpPacket packet;
  packet.datagram_ = datagram;
  packet.csrc_count_ = first & 0x0f;
  ByteReader in(datagram.subspan(1));
  packet.header_ = read_header(in);
  in.take(packet.csrc_count_ * 4);
  if (has_extension) {
    const std::uint16_t profile = in.u16();
    packet.extension_ = Extension{profile, in.take(std::size_t{in.u16()} * 4)};
  }
  if (!in.ok()) return malformed("RTP packet: CSRC list or extension ends behind its {} bytes", datagram.size());

  // RFC 3550, section 5.1: "The last octet of the padding contains a count of how many padding octets should be
  // ignored, including itself."
  const std::size_t padding = has_padding ? datagram.back() : 0;
  if (padding > in.remaining() || (has_padding && padding == 0)) {
    return malformed("RTP packet: padding of {} in a payload of {} bytes", padding, in.remaining());
  }
  packet.payload_offset_ = datagram.size() - in.remaining();
  packet.payload_size_ = in.remaining() - padding;
  return packet;
}

bool is_rtcp(Bytes datagram) {
  // RFC 5761, section 4: RTCP types 192..223 are RTP payload types 64..95 with marker, which nobody assigns.
  return datagram.size() >= 2 && datagram[0] >> 6 == kVersion && datagram[1] >= 192 && datagram[1] <= 223;
}

void write_header(MutableBytes out, const RtpHeader& header) {
  out[0] = kVersion << 6;
  patch_header(out, header);
}

void patch_header(MutableBytes datagram, const RtpHeader& header) {
  datagram[1] = static_cast<std::uint8_t>((header.marker ? kMarkerBit : 0) | (header.payload_type.value() & 0x7f));
  put_u16(datagram.subspan(2), header.sequence.value());
  put_u32(datagram.subspan(4), header.timestamp.value());
  put_u32(datagram.subspan(8), header.ssrc.value());
}

MutableBytes rewrap(MutableBytes datagram, const RtpPacket& packet, const RtpHeader& header) {
  const std::size_t start = packet.payload_offset() - RtpHeader::kSize;
  const MutableBytes rewrapped = datagram.subspan(start, RtpHeader::kSize + packet.payload().size());
  write_header(rewrapped, header);
  return rewrapped;
}

}  // namespace webcalling::media
