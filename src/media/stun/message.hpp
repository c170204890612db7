#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"

namespace webcalling::media::stun {

constexpr std::size_t kHeaderLength = 20;
constexpr std::uint32_t kMagicCookie = 0x2112A442;

/// RFC 8489 §5: the two class bits, already gathered from their places in the message type.
enum class MessageClass : std::uint8_t { Request = 0, Indication = 1, Success = 2, Error = 3 };

/// The only method of ICE (RFC 8489 §18.2).
constexpr std::uint16_t kBindingMethod = 0x001;

using TransactionId = std::array<std::uint8_t, 12>;

/// The attributes we read or write (RFC 8489 §18.3, RFC 8445 §16.1). Types below 0x8000 must be understood by the
/// receiver.
enum class Attribute : std::uint16_t {
  Username = 0x0006,
  MessageIntegrity = 0x0008,
  ErrorCode = 0x0009,
  UnknownAttributes = 0x000A,
  XorMappedAddress = 0x0020,
  Priority = 0x0024,
  UseCandidate = 0x0025,
  Fingerprint = 0x8028,
  IceControlled = 0x8029,
  IceControlling = 0x802A,
};

/// RFC 8489 §14.8. `code` is 300..699.
struct ErrorCode {
  std::uint16_t code = 0;
  std::string_view reason;
};

/// One STUN message as it stood in a datagram. Its texts and its integrity check look into that datagram: a Message
/// must not outlive the bytes it was parsed from. Knows nothing of ICE beyond the names of the attributes.
class Message {
 public:
  /// Reads one whole datagram. Malformed: not STUN, a length that does not match, an attribute beyond the end, a value
  /// of the wrong size, or a FINGERPRINT that does not match. Attributes behind MESSAGE-INTEGRITY other than
  /// FINGERPRINT are not protected and are passed over (RFC 8489 §14.5); of an attribute that appears twice the first
  /// counts (§14).
  static Result<Message> parse(Bytes datagram);

  MessageClass message_class = MessageClass::Request;
  std::uint16_t method = 0;
  TransactionId transaction_id{};

  std::optional<std::string_view> username;
  std::optional<std::uint32_t> priority;
  bool use_candidate = false;
  /// The tiebreaker of a peer that thinks it is controlling / controlled.
  std::optional<std::uint64_t> ice_controlling;
  std::optional<std::uint64_t> ice_controlled;
  std::optional<Endpoint> xor_mapped_address;
  std::optional<ErrorCode> error;
  bool has_fingerprint = false;
  /// Types below 0x8000 that we do not know, in order of appearance, at most kMaxUnknown: a request with any is
  /// answered 420.
  std::vector<std::uint16_t> unknown_required;
  static constexpr std::size_t kMaxUnknown = 16;
  /// The types that the sender of a 420 named (UNKNOWN-ATTRIBUTES), at most kMaxUnknown.
  std::vector<std::uint16_t> unknown_reported;

  [[nodiscard]] bool has_integrity() const { return integrity_offset_ != 0; }
  /// True if there is a MESSAGE-INTEGRITY and it was made with this short-term key (RFC 8489 §9.1, §14.5: HMAC-SHA1
  /// with the password itself). Compares in constant time.
  [[nodiscard]] bool check_integrity(std::string_view key) const;

 private:
  Result<void> read_attributes();
  Result<void> read_attribute(std::uint16_t type, Bytes value);
  Result<void> read_fingerprint(std::size_t offset, Bytes value);

  Bytes datagram_;
  std::size_t integrity_offset_ = 0;
};

/// RFC 8489 §5: first two bits zero, magic cookie in place. Says nothing of the rest.
[[nodiscard]] bool looks_like_stun(Bytes datagram);

/// The part of USERNAME before the colon: in a check that reaches us, our own ufrag (RFC 8445 §7.2.2). No cryptography,
/// no allocation: finds the session that may verify the message. Nothing if there is no USERNAME with a colon, or the
/// attributes before it overrun the datagram.
[[nodiscard]] std::optional<std::string_view> receiver_ufrag(Bytes datagram);

}  // namespace webcalling::media::stun
