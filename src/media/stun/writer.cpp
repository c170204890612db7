#include "media/stun/writer.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "media/stun/crypto.hpp"

namespace webcalling::media::stun {
namespace {

std::uint16_t type_of(MessageClass message_class, std::uint16_t method) {
  const auto bits = static_cast<unsigned>(message_class);
  return static_cast<std::uint16_t>((method & 0x000FU) | (method & 0x0070U) << 1 | (method & 0x0F80U) << 2 |
                                    (bits & 2U) << 7 | (bits & 1U) << 4);
}

}  // namespace

Writer::Writer(MessageClass message_class, std::uint16_t method, const TransactionId& transaction_id)
    : transaction_id_(transaction_id) {
  out_.reserve(128);
  ByteWriter(out_).u16(type_of(message_class, method)).u16(0).u32(kMagicCookie).bytes(transaction_id);
}

Writer& Writer::username(std::string_view text) { return attribute(Attribute::Username, as_bytes(text)); }

Writer& Writer::priority(std::uint32_t value) {
  ByteVector bytes;
  ByteWriter(bytes).u32(value);
  return attribute(Attribute::Priority, bytes);
}

Writer& Writer::use_candidate() { return attribute(Attribute::UseCandidate, {}); }

Writer& Writer::ice_controlling(std::uint64_t tiebreaker) {
  ByteVector bytes;
  ByteWriter(bytes).u64(tiebreaker);
  return attribute(Attribute::IceControlling, bytes);
}

Writer& Writer::ice_controlled(std::uint64_t tiebreaker) {
  ByteVector bytes;
  ByteWriter(bytes).u64(tiebreaker);
  return attribute(Attribute::IceControlled, bytes);
}

// RFC 8489 §14.2
Writer& Writer::xor_mapped_address(const Endpoint& endpoint) {
  ByteVector mask;
  ByteWriter(mask).u32(kMagicCookie).bytes(transaction_id_);
  const Bytes address = endpoint.address.bytes();
  std::ranges::transform(address, mask, mask.begin(), std::bit_xor<>());

  ByteVector value;
  ByteWriter(value)
      .u8(0)
      .u8(endpoint.address.is_v4() ? 1 : 2)
      .u16(endpoint.port ^ (kMagicCookie >> 16))
      .bytes(Bytes(mask).first(address.size()));
  return attribute(Attribute::XorMappedAddress, value);
}

// RFC 8489 §14.8
Writer& Writer::error(std::uint16_t code, std::string_view reason) {
  ByteVector value;
  ByteWriter(value).u16(0).u8(code / 100U).u8(code % 100U).bytes(as_bytes(reason));
  return attribute(Attribute::ErrorCode, value);
}

Writer& Writer::unknown_attributes(std::span<const std::uint16_t> types) {
  ByteVector value;
  ByteWriter writer(value);
  for (const std::uint16_t type : types) writer.u16(type);
  return attribute(Attribute::UnknownAttributes, value);
}

Writer& Writer::integrity(std::string_view key) {
  return attribute(Attribute::MessageIntegrity, integrity_of(out_, key));
}

Writer& Writer::fingerprint() {
  constexpr std::size_t kAttributeLength = 8;
  set_length(out_.size() - kHeaderLength + kAttributeLength);
  ByteVector value;
  ByteWriter(value).u32(fingerprint_of(out_));
  return attribute(Attribute::Fingerprint, value);
}

ByteVector Writer::take() { return std::exchange(out_, {}); }

Writer& Writer::attribute(std::uint16_t type, Bytes value) {
  ByteWriter(out_).u16(type).u16(value.size()).bytes(value);
  while (out_.size() % 4 != 0) out_.push_back(0);
  set_length(out_.size() - kHeaderLength);
  return *this;
}

void Writer::set_length(std::size_t attributes_length) {
  out_[2] = static_cast<std::uint8_t>(attributes_length >> 8);
  out_[3] = static_cast<std::uint8_t>(attributes_length);
}

}  // namespace webcalling::media::stun
