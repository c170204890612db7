#include "media/rtcp/packet.hpp"

#include <algorithm>
#include <string_view>

namespace webcalling::media {
namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kSourceDescription = 202;
constexpr std::uint8_t kGoodbye = 203;
constexpr std::uint8_t kCname = 1;
constexpr std::size_t kSenderInfoSize = 20;
constexpr std::size_t kBlockSize = 24;
constexpr std::size_t kMaxCount = 31;
constexpr std::size_t kMaxText = 255;

struct RtcpHeader {
  bool padding = false;
  std::uint8_t count = 0;
  std::uint8_t type = 0;
  std::size_t body_size = 0;
};

Result<RtcpHeader> read_header(ByteReader& in) {
  const std::uint8_t first = in.u8();
  RtcpHeader header;
  header.padding = (first & 0x20) != 0;
  header.count = first & 0x1f;
  header.type = in.u8();
  header.body_size = std::size_t{in.u16()} * 4;
  if (!in.ok()) return malformed("RTCP: no room for a header");
  if (first >> 6 != 2) return malformed("RTCP: version {} is not 2", first >> 6);
  if (header.body_size > in.remaining()) {
    return malformed("RTCP type {}: {} bytes promised, {} came", header.type, header.body_size, in.remaining());
  }
  return header;
}

/// RFC 3550, section 6.4.1: "padding is only required on one individual packet", the last.
Result<Bytes> without_padding(const RtcpHeader& header, Bytes body, bool is_last) {
  if (!header.padding) return body;
  const std::size_t padding = body.empty() ? 0 : body.back();
  if (!is_last || padding == 0 || padding > body.size()) {
    return malformed("RTCP type {}: padding of {} in {} bytes", header.type, padding, body.size());
  }
  return body.first(body.size() - padding);
}

ReportBlock read_block(ByteReader& in) {
  ReportBlock block;
  block.source = Ssrc(in.u32());
  block.fraction_lost = in.u8();
  // Shifted up and down again, which extends the sign of the 24 bits.
  block.cumulative_lost = static_cast<std::int32_t>(in.u24() << 8) >> 8;
  block.extended_highest_sequence = in.u32();
  block.jitter = in.u32();
  block.last_report = in.u32();
  block.delay_since_last_report = in.u32();
  return block;
}

std::vector<ReportBlock> read_blocks(ByteReader& in, std::size_t count) {
  std::vector<ReportBlock> blocks;
  for (std::size_t i = 0; i < count && in.ok(); ++i) blocks.push_back(read_block(in));
  return blocks;
}

SenderReport read_sender_report(ByteReader& in, std::size_t count) {
  SenderReport report;
  report.sender = Ssrc(in.u32());
  report.ntp_time = in.u64();
  report.rtp_time = RtpTimestamp(in.u32());
  report.packet_count = in.u32();
  report.octet_count = in.u32();
  report.blocks = read_blocks(in, count);
  return report;
}

ReceiverReport read_receiver_report(ByteReader& in, std::size_t count) {
  ReceiverReport report;
  report.sender = Ssrc(in.u32());
  report.blocks = read_blocks(in, count);
  return report;
}

/// RFC 3550, section 6.5: items until a zero byte, then more zeros up to the next multiple of four.
SourceDescription read_chunk(ByteReader& in) {
  const std::size_t size_before = in.remaining();
  SourceDescription chunk;
  chunk.source = Ssrc(in.u32());
  while (in.ok()) {
    const std::uint8_t type = in.u8();
    if (type == 0) break;
    const std::string_view text = as_text(in.take(in.u8()));
    if (type == kCname) chunk.cname = text;
  }
  const std::size_t read = size_before - in.remaining();
  in.take((4 - read % 4) % 4);
  return chunk;
}

Goodbye read_goodbye(ByteReader& in, std::size_t count) {
  Goodbye goodbye;
  for (std::size_t i = 0; i < count && in.ok(); ++i) goodbye.sources.emplace_back(in.u32());
  if (in.ok() && in.remaining() > 0) goodbye.reason = as_text(in.take(in.u8()));
  return goodbye;
}

void read_packet(const RtcpHeader& header, ByteReader& in, std::vector<RtcpPacket>& packets) {
  switch (header.type) {
    case kSenderReport: packets.emplace_back(read_sender_report(in, header.count)); break;
    case kReceiverReport: packets.emplace_back(read_receiver_report(in, header.count)); break;
    case kSourceDescription:
      for (std::size_t i = 0; i < header.count && in.ok(); ++i) packets.emplace_back(read_chunk(in));
      break;
    case kGoodbye: packets.emplace_back(read_goodbye(in, header.count)); break;
    default: packets.emplace_back(OtherRtcp{header.type, header.count});
  }
}

void write_rtcp_header(ByteWriter& out, std::size_t count, std::uint8_t type, std::size_t body_size) {
  out.u8(0x80 | count).u8(type).u16(body_size / 4);
}

void write_blocks(ByteWriter& out, const std::vector<ReportBlock>& blocks) {
  for (std::size_t i = 0; i < std::min(blocks.size(), kMaxCount); ++i) {
    const ReportBlock& block = blocks[i];
    out.u32(block.source.value()).u8(block.fraction_lost);
    out.u24(static_cast<std::uint64_t>(block.cumulative_lost));
    out.u32(block.extended_highest_sequence).u32(block.jitter).u32(block.last_report);
    out.u32(block.delay_since_last_report);
  }
}

void write_zeros(ByteWriter& out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out.u8(0);
}

/// A length byte and at most 255 bytes of text.
void write_text(ByteWriter& out, std::string_view text) { out.u8(text.size()).bytes(as_bytes(text)); }

std::size_t round_up_to_words(std::size_t size) { return (size + 3) / 4 * 4; }

}  // namespace

Result<std::vector<RtcpPacket>> parse_rtcp(Bytes datagram) {
  ByteReader in(datagram);
  std::vector<RtcpPacket> packets;
  do {
    const auto header = read_header(in);
    if (!header) return Failure(header.error());
    const Bytes whole_body = in.take(header->body_size);
    const auto body = without_padding(*header, whole_body, in.remaining() == 0);
    if (!body) return Failure(body.error());
    ByteReader body_in(*body);
    read_packet(*header, body_in, packets);
    if (!body_in.ok())
      return malformed("RTCP type {}: {} bytes hold no {} entries", header->type, body->size(), header->count);
  } while (in.remaining() > 0);
  return packets;
}

void write_rtcp(ByteVector& buffer, const SenderReport& report) {
  ByteWriter out(buffer);
  const std::size_t count = std::min(report.blocks.size(), kMaxCount);
  write_rtcp_header(out, count, kSenderReport, 4 + kSenderInfoSize + count * kBlockSize);
  out.u32(report.sender.value()).u64(report.ntp_time).u32(report.rtp_time.value());
  out.u32(report.packet_count).u32(report.octet_count);
  write_blocks(out, report.blocks);
}

void write_rtcp(ByteVector& buffer, const ReceiverReport& report) {
  ByteWriter out(buffer);
  const std::size_t count = std::min(report.blocks.size(), kMaxCount);
  write_rtcp_header(out, count, kReceiverReport, 4 + count * kBlockSize);
  out.u32(report.sender.value());
  write_blocks(out, report.blocks);
}

void write_rtcp(ByteVector& buffer, const SourceDescription& description) {
  ByteWriter out(buffer);
  const std::string_view cname = std::string_view(description.cname).substr(0, kMaxText);
  // At least one zero byte ends the chunk.
  const std::size_t item_size = 2 + cname.size();
  const std::size_t body_size = round_up_to_words(4 + item_size + 1);
  write_rtcp_header(out, 1, kSourceDescription, body_size);
  out.u32(description.source.value()).u8(kCname);
  write_text(out, cname);
  write_zeros(out, body_size - 4 - item_size);
}

void write_rtcp(ByteVector& buffer, const Goodbye& goodbye) {
  ByteWriter out(buffer);
  const std::size_t count = std::min(goodbye.sources.size(), kMaxCount);
  const std::string_view reason = std::string_view(goodbye.reason).substr(0, kMaxText);
  const std::size_t reason_size = reason.empty() ? 0 : 1 + reason.size();
  const std::size_t padded_size = round_up_to_words(reason_size);
  write_rtcp_header(out, count, kGoodbye, count * 4 + padded_size);
  for (std::size_t i = 0; i < count; ++i) out.u32(goodbye.sources[i].value());
  if (!reason.empty()) write_text(out, reason);
  write_zeros(out, padded_size - reason_size);
}

std::uint64_t to_ntp(WallTime time) {
  // RFC 3550, section 4: NTP counts from 1900, 70 years with 17 leap days before Unix time.
  constexpr std::uint64_t kSecondsFrom1900To1970 = (70ULL * 365 + 17) * 86400;
  const auto since_1970 = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  const auto rest = static_cast<std::uint64_t>((since_1970 - seconds).count());
  return (kSecondsFrom1900To1970 + static_cast<std::uint64_t>(seconds.count())) << 32 | (rest << 32) / 1000;
}

}  // namespace webcalling::media
