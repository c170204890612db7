#include "media/srtp/srtp_session.hpp"

#include <algorithm>
#include <cassert>
#include <optional>

#include "base/prefetch.hpp"

namespace webcalling::media::srtp {
namespace {

constexpr std::size_t kRtpHeaderLength = 12;
constexpr std::size_t kRtcpHeaderLength = 8;
constexpr std::size_t kIndexWordLength = 4;
constexpr std::size_t kMaxPacket = 65535;
/// A cipher's own part; what is OpenSSL's is out of reach.
constexpr std::size_t kCipherSize = 64;
/// The flag that an SRTCP packet is encrypted, in the word of its index (RFC 3711 §3.4).
constexpr std::uint32_t kIsEncrypted = std::uint32_t{1} << 31;
constexpr std::uint64_t kRtpIndices = std::uint64_t{1} << 48;
constexpr std::uint64_t kSrtcpIndices = std::uint64_t{1} << 31;

struct RtpHead {
  std::uint16_t sequence = 0;
  std::uint32_t ssrc = 0;
  std::size_t length = 0;  ///< with contributing sources and extension, which stay in clear (RFC 3711 §3.1)
};

std::optional<RtpHead> read_rtp_head(Bytes packet) {
  ByteReader reader(packet);
  const auto first = reader.u8();
  const std::size_t sources = first & 0x0F;
  const bool has_extension = (first & 0x10) != 0;
  reader.take(1);
  const auto sequence = reader.u16();
  reader.take(4);
  const auto ssrc = reader.u32();
  reader.take(4 * sources);
  if (has_extension) {
    reader.take(2);
    reader.take(std::size_t{4} * reader.u16());
  }
  if (!reader.ok()) return std::nullopt;
  return RtpHead{sequence, ssrc, packet.size() - reader.remaining()};
}

std::uint32_t rtcp_ssrc(Bytes packet) { return ByteReader(packet.subspan(4)).u32(); }

struct SrtcpPlaces {
  Bytes header;
  MutableBytes text;
  MutableBytes index_word;
  MutableBytes tag;
};

// RFC 3711 §3.4 has the index before the tag, RFC 7714 §9.2 the tag before the index.
SrtcpPlaces srtcp_places(MutableBytes buffer, std::size_t plain_length, Profile profile, std::size_t tag_length) {
  const bool is_tag_first = profile == Profile::AeadAes128Gcm;
  return {.header = buffer.first(kRtcpHeaderLength),
          .text = buffer.subspan(kRtcpHeaderLength, plain_length - kRtcpHeaderLength),
          .index_word = buffer.subspan(plain_length + (is_tag_first ? tag_length : 0), kIndexWordLength),
          .tag = buffer.subspan(plain_length + (is_tag_first ? 0 : kIndexWordLength), tag_length)};
}

std::array<std::uint8_t, kIndexWordLength> in_network_order(std::uint32_t word) {
  return {static_cast<std::uint8_t>(word >> 24), static_cast<std::uint8_t>(word >> 16),
          static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word)};
}

}  // namespace

std::string_view describe(Refusal refusal) {
  switch (refusal) {
    case Refusal::AuthenticationFailed: return "the packet was made with another key or changed on its way";
    case Refusal::Replay: return "the packet was seen before or is too old";
    case Refusal::Malformed: return "the packet is not RTP or RTCP";
    case Refusal::NoRoom: return "the buffer has no room for the authentication tag";
    case Refusal::KeyExhausted: return "the key has protected as many packets as it may";
    case Refusal::Failed: return "OpenSSL failed";
  }
  return {};
}

Result<SrtpSession> SrtpSession::create(const MasterKey& key, Direction direction) {
  auto rtp = PacketCipher::create(key, PacketKind::Rtp);
  auto rtcp = PacketCipher::create(key, PacketKind::Rtcp);
  if (!rtp || !rtcp) return failed("SRTP: OpenSSL cannot compute {}", name(key.profile));
  return SrtpSession(direction, key.profile, std::move(rtp), std::move(rtcp));
}

void SrtpSession::prefetch() const {
  webcalling::prefetch(rtp_.get(), kCipherSize);
  webcalling::prefetch(streams_.data(), sizeof(Stream));
}

PacketResult SrtpSession::protect(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Send);
  if (length < kRtpHeaderLength || length > kMaxPacket) return tl::unexpected(Refusal::Malformed);
  if (buffer.size() < length + kMaxExpansion) return tl::unexpected(Refusal::NoRoom);
  const auto head = read_rtp_head(buffer.first(length));
  if (!head) return tl::unexpected(Refusal::Malformed);

  auto& stream = find_or_add(head->ssrc);
  const auto index = stream.rtp.index_of(head->sequence);
  if (stream.rtp.has_seen(index)) return tl::unexpected(Refusal::Replay);
  if (index >= kRtpIndices) return tl::unexpected(Refusal::KeyExhausted);
  stream.rtp.add(index);

  const auto text = buffer.subspan(head->length, length - head->length);
  const auto tag = buffer.subspan(length, rtp_->tag_length());
  if (!rtp_->seal({head->ssrc, index, buffer.first(head->length), text}, tag)) return tl::unexpected(Refusal::Failed);
  return length + tag.size();
}

PacketResult SrtpSession::unprotect(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Receive);
  const auto tag_length = rtp_->tag_length();
  if (length < kRtpHeaderLength + tag_length || length > buffer.size() || length > kMaxPacket)
    return tl::unexpected(Refusal::Malformed);
  const auto plain_length = length - tag_length;
  const auto head = read_rtp_head(buffer.first(plain_length));
  if (!head) return tl::unexpected(Refusal::Malformed);

  const auto* known = find(head->ssrc);
  const auto index = known != nullptr ? known->rtp.index_of(head->sequence) : head->sequence;
  if (known != nullptr && known->rtp.has_seen(index)) return tl::unexpected(Refusal::Replay);
  if (index >= kRtpIndices) return tl::unexpected(Refusal::KeyExhausted);

  const auto text = buffer.subspan(head->length, plain_length - head->length);
  const auto tag = buffer.subspan(plain_length, tag_length);
  if (!rtp_->open({head->ssrc, index, buffer.first(head->length), text}, tag))
    return tl::unexpected(Refusal::AuthenticationFailed);
  find_or_add(head->ssrc).rtp.add(index);
  return plain_length;
}

PacketResult SrtpSession::protect_rtcp(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Send);
  if (length < kRtcpHeaderLength || length > kMaxPacket) return tl::unexpected(Refusal::Malformed);
  if (buffer.size() < length + kMaxExpansion) return tl::unexpected(Refusal::NoRoom);

  const auto ssrc = rtcp_ssrc(buffer);
  auto& stream = find_or_add(ssrc);
  if (stream.next_srtcp_index == kSrtcpIndices) return tl::unexpected(Refusal::KeyExhausted);
  const auto index = stream.next_srtcp_index++;

  const auto places = srtcp_places(buffer, length, profile_, rtcp_->tag_length());
  const auto word = in_network_order(kIsEncrypted | static_cast<std::uint32_t>(index));
  std::ranges::copy(word, places.index_word.begin());
  if (!rtcp_->seal({ssrc, index, places.header, places.text, word}, places.tag)) return tl::unexpected(Refusal::Failed);
  return length + kIndexWordLength + places.tag.size();
}

PacketResult SrtpSession::unprotect_rtcp(MutableBytes buffer, std::size_t length) {
  assert(direction_ == Direction::Receive);
  const auto added = kIndexWordLength + rtcp_->tag_length();
  if (length < kRtcpHeaderLength + added || length > buffer.size() || length > kMaxPacket)
    return tl::unexpected(Refusal::Malformed);
  const auto plain_length = length - added;
  const auto places = srtcp_places(buffer, plain_length, profile_, rtcp_->tag_length());
  const auto word = ByteReader(places.index_word).u32();
  // Agreed on is encryption; what comes in clear is not what was agreed on.
  if ((word & kIsEncrypted) == 0) return tl::unexpected(Refusal::AuthenticationFailed);
  const std::uint64_t index = word & ~kIsEncrypted;

  const auto ssrc = rtcp_ssrc(buffer);
  const auto* known = find(ssrc);
  if (known != nullptr && known->rtcp.has_seen(index)) return tl::unexpected(Refusal::Replay);
  if (!rtcp_->open({ssrc, index, places.header, places.text, in_network_order(word)}, places.tag))
    return tl::unexpected(Refusal::AuthenticationFailed);
  find_or_add(ssrc).rtcp.add(index);
  return plain_length;
}

SrtpSession::Stream* SrtpSession::find(std::uint32_t ssrc) {
  const auto stream = std::ranges::find(streams_, ssrc, &Stream::ssrc);
  return stream == streams_.end() ? nullptr : &*stream;
}

SrtpSession::Stream& SrtpSession::find_or_add(std::uint32_t ssrc) {
  auto* stream = find(ssrc);
  if (stream == nullptr && streams_.size() < kMaxStreams) {
    stream = &streams_.emplace_back(Stream{.ssrc = ssrc});
  } else if (stream == nullptr) {
    stream = &*std::ranges::min_element(streams_, {}, &Stream::last_used);
    *stream = {.ssrc = ssrc};
  }
  stream->last_used = ++uses_;
  return *stream;
}

}  // namespace webcalling::media::srtp
