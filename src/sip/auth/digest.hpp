#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace webcalling::sip {

enum class DigestAlgorithm { Md5, Sha256 };

/// What a store keeps instead of a password: H(user:realm:password) in lower-case hex, once per algorithm (RFC 7616
/// section 3.4.2).
struct Ha1 {
  std::string md5;
  std::string sha256;
  bool operator==(const Ha1&) const = default;
};

[[nodiscard]] Ha1 make_ha1(std::string_view user, std::string_view realm, std::string_view password);

/// What to keep of a secret instead of the secret itself, or what to derive from it: SHA-256 in lower-case hex, another
/// one for each purpose. For long random secrets only: what people choose could be guessed.
[[nodiscard]] std::string hash_secret(std::string_view purpose, std::string_view secret);

/// The request-digest for qop=auth (RFC 7616 section 3.4.1), lower-case hex.
struct DigestInput {
  std::string_view nonce;
  std::string_view nonce_count;  ///< 8 hex digits as sent
  std::string_view cnonce;
  std::string_view method;
  std::string_view uri;
};
[[nodiscard]] std::string digest_response(DigestAlgorithm algorithm, std::string_view ha1, const DigestInput& input);

/// Compares in a time that does not depend on where the first difference is.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace webcalling::sip
