#pragma once

#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "media/stun/message.hpp"

namespace webcalling::media::stun {

/// Builds one STUN message, attribute by attribute in the order of the calls. integrity() and then fingerprint() come
/// last: each covers what was written before it.
class Writer {
 public:
  Writer(MessageClass message_class, std::uint16_t method, const TransactionId& transaction_id);

  Writer& username(std::string_view text);
  Writer& priority(std::uint32_t value);
  Writer& use_candidate();
  Writer& ice_controlling(std::uint64_t tiebreaker);
  Writer& ice_controlled(std::uint64_t tiebreaker);
  Writer& xor_mapped_address(const Endpoint& endpoint);
  /// `code` 300..699.
  Writer& error(std::uint16_t code, std::string_view reason);
  Writer& unknown_attributes(std::span<const std::uint16_t> types);
  /// Any other attribute by its number.
  Writer& attribute(std::uint16_t type, Bytes value);
  /// MESSAGE-INTEGRITY with a short-term key (RFC 8489 §14.5).
  Writer& integrity(std::string_view key);
  /// FINGERPRINT (RFC 8489 §14.7).
  Writer& fingerprint();

  /// The finished message; the writer is empty afterwards.
  [[nodiscard]] ByteVector take();

 private:
  Writer& attribute(Attribute type, Bytes value) { return attribute(static_cast<std::uint16_t>(type), value); }
  void set_length(std::size_t attributes_length);

  ByteVector out_;
  TransactionId transaction_id_;
};

}  // namespace webcalling::media::stun
