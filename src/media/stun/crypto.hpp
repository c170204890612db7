#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace webcalling::media::stun {

constexpr std::size_t kIntegrityLength = 20;

/// The value of MESSAGE-INTEGRITY behind `message` (header and the attributes before it): HMAC-SHA1 as if the header's
/// length already counted the attribute, whatever it says now (RFC 8489 §14.5).
[[nodiscard]] std::array<std::uint8_t, kIntegrityLength> integrity_of(Bytes message, std::string_view key);

/// Compares in a time that does not tell where the difference is.
[[nodiscard]] bool equal_in_constant_time(Bytes a, Bytes b);

/// The value of FINGERPRINT behind `message`, whose header must already count the attribute (RFC 8489 §14.7).
[[nodiscard]] std::uint32_t fingerprint_of(Bytes message);

}  // namespace webcalling::media::stun
