#include "media/stun/message.hpp"

#include <algorithm>
#include <functional>

#include "media/stun/crypto.hpp"

namespace webcalling::media::stun {
namespace {

/// RFC 8489 §14.3: "less than 509 bytes".
constexpr std::size_t kMaxUsername = 508;
/// RFC 8489 §14.8: "up to 127 characters, up to 763 bytes".
constexpr std::size_t kMaxReason = 763;
constexpr std::uint16_t kComprehensionOptional = 0x8000;

/// Attribute values are padded to four bytes; the padding is not counted by their length (RFC 8489 §14).
constexpr std::size_t padding_of(std::size_t length) { return (4 - length % 4) % 4; }

/// RFC 8489 §5: C1 is bit 8, C0 bit 4, the method takes the rest.
MessageClass class_of(std::uint16_t type) { return static_cast<MessageClass>((type >> 7 & 2) | (type >> 4 & 1)); }

std::uint16_t method_of(std::uint16_t type) {
  return static_cast<std::uint16_t>((type & 0x000F) | (type >> 1 & 0x0070) | (type >> 2 & 0x0F80));
}

Result<std::uint32_t> read_u32(std::string_view name, Bytes value) {
  if (value.size() != 4) return malformed("STUN: {} has {} bytes instead of 4", name, value.size());
  return ByteReader(value).u32();
}

Result<std::uint64_t> read_u64(std::string_view name, Bytes value) {
  if (value.size() != 8) return malformed("STUN: {} has {} bytes instead of 8", name, value.size());
  return ByteReader(value).u64();
}

/// RFC 8489 §14.2: the port is xored with the first half of the magic cookie, the address with cookie and transaction.
Result<Endpoint> read_xor_address(Bytes value, Bytes cookie_and_transaction) {
  ByteReader reader(value);
  reader.u8();
  const std::uint8_t family = reader.u8();
  const auto port = static_cast<std::uint16_t>(reader.u16() ^ (kMagicCookie >> 16));
  if (family == 1 && value.size() == 8) return Endpoint{IpAddress::v4(reader.u32() ^ kMagicCookie), port};
  if (family == 2 && value.size() == 20) {
    std::array<std::uint8_t, 16> address{};
    std::ranges::transform(reader.rest(), cookie_and_transaction, address.begin(), std::bit_xor<>());
    return Endpoint{IpAddress::v6(address), port};
  }
  return malformed("STUN: XOR-MAPPED-ADDRESS of family {} has {} bytes", family, value.size());
}

Result<ErrorCode> read_error(Bytes value) {
  ByteReader reader(value);
  reader.u16();
  const unsigned hundreds = reader.u8() & 0x07;
  const unsigned rest = reader.u8();
  if (!reader.ok() || hundreds < 3 || hundreds > 6 || rest > 99 || reader.remaining() > kMaxReason) {
    return malformed("STUN: ERROR-CODE of {} bytes, class {} and number {}", value.size(), hundreds, rest);
  }
  return ErrorCode{static_cast<std::uint16_t>(100 * hundreds + rest), as_text(reader.rest())};
}

template <typename T>
Result<void> keep(std::optional<T>& field, Result<T> value) {
  if (!value) return tl::unexpected(std::move(value.error()));
  if (!field) field = *value;
  return {};
}

}  // namespace

bool looks_like_stun(Bytes datagram) {
  if (datagram.size() < kHeaderLength || (datagram[0] & 0xC0) != 0) return false;
  return ByteReader(datagram.subspan(4)).u32() == kMagicCookie;
}

std::optional<std::string_view> receiver_ufrag(Bytes datagram) {
  if (!looks_like_stun(datagram)) return std::nullopt;
  ByteReader reader(datagram.subspan(kHeaderLength));
  while (reader.remaining() >= 4) {
    const std::uint16_t type = reader.u16();
    const std::uint16_t length = reader.u16();
    const Bytes value = reader.take(length);
    reader.take(padding_of(length));
    if (!reader.ok()) return std::nullopt;
    if (type != static_cast<std::uint16_t>(Attribute::Username)) continue;
    const std::string_view name = as_text(value);
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return name.substr(0, colon);
  }
  return std::nullopt;
}

Result<Message> Message::parse(Bytes datagram) {
  if (!looks_like_stun(datagram)) return malformed("STUN: {} bytes without a STUN header", datagram.size());
  ByteReader header(datagram);
  const std::uint16_t type = header.u16();
  const std::size_t length = header.u16();
  if (length != datagram.size() - kHeaderLength || length % 4 != 0) {
    return malformed("STUN: the header promises {} bytes of attributes, the datagram has {}", length,
                     datagram.size() - kHeaderLength);
  }
  Message message;
  message.datagram_ = datagram;
  message.message_class = class_of(type);
  message.method = method_of(type);
  std::ranges::copy(datagram.subspan(8, 12), message.transaction_id.begin());
  if (auto read = message.read_attributes(); !read) return tl::unexpected(std::move(read.error()));
  return message;
}

Result<void> Message::read_attributes() {
  ByteReader reader(datagram_.subspan(kHeaderLength));
  while (reader.remaining() > 0) {
    if (has_fingerprint) return malformed("STUN: an attribute stands behind FINGERPRINT, which is always the last");
    const std::size_t offset = datagram_.size() - reader.remaining();
    const std::uint16_t type = reader.u16();
    const std::uint16_t length = reader.u16();
    const Bytes value = reader.take(length);
    reader.take(padding_of(length));
    if (!reader.ok()) {
      return malformed("STUN: attribute {:#06x} of {} bytes at byte {} ends behind the message", type, length, offset);
    }
    Result<void> read;
    if (type == static_cast<std::uint16_t>(Attribute::Fingerprint)) {
      read = read_fingerprint(offset, value);
    } else if (has_integrity()) {
      continue;
    } else if (type == static_cast<std::uint16_t>(Attribute::MessageIntegrity)) {
      if (length != kIntegrityLength) return malformed("STUN: MESSAGE-INTEGRITY has {} bytes instead of 20", length);
      integrity_offset_ = offset;
    } else {
      read = read_attribute(type, value);
    }
    if (!read) return read;
  }
  return {};
}

Result<void> Message::read_attribute(std::uint16_t type, Bytes value) {
  switch (static_cast<Attribute>(type)) {
    case Attribute::Username:
      if (value.size() > kMaxUsername) return malformed("STUN: USERNAME has {} bytes, 508 are allowed", value.size());
      return keep(username, Result<std::string_view>(as_text(value)));
    case Attribute::Priority: return keep(priority, read_u32("PRIORITY", value));
    case Attribute::IceControlling: return keep(ice_controlling, read_u64("ICE-CONTROLLING", value));
    case Attribute::IceControlled: return keep(ice_controlled, read_u64("ICE-CONTROLLED", value));
    case Attribute::XorMappedAddress:
      return keep(xor_mapped_address, read_xor_address(value, datagram_.subspan(4, 16)));
    case Attribute::ErrorCode: return keep(error, read_error(value));
    case Attribute::UseCandidate:
      if (!value.empty()) return malformed("STUN: USE-CANDIDATE has {} bytes instead of none", value.size());
      use_candidate = true;
      return {};
    case Attribute::UnknownAttributes: {
      if (value.size() % 2 != 0) return malformed("STUN: UNKNOWN-ATTRIBUTES has an odd length of {}", value.size());
      ByteReader types(value);
      while (types.remaining() > 0 && unknown_reported.size() < kMaxUnknown) unknown_reported.push_back(types.u16());
      return {};
    }
    case Attribute::MessageIntegrity:
    case Attribute::Fingerprint: break;
  }
  if (type < kComprehensionOptional && unknown_required.size() < kMaxUnknown) unknown_required.push_back(type);
  return {};
}

Result<void> Message::read_fingerprint(std::size_t offset, Bytes value) {
  const auto claimed = read_u32("FINGERPRINT", value);
  if (!claimed) return tl::unexpected(claimed.error());
  if (*claimed != fingerprint_of(datagram_.first(offset))) return malformed("STUN: FINGERPRINT does not match");
  has_fingerprint = true;
  return {};
}

bool Message::check_integrity(std::string_view key) const {
  if (!has_integrity()) return false;
  const auto expected = integrity_of(datagram_.first(integrity_offset_), key);
  return equal_in_constant_time(expected, datagram_.subspan(integrity_offset_ + 4, kIntegrityLength));
}

}  // namespace webcalling::media::stun
