#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace webcalling::media::dtls {

/// The hash of a certificate as a=fingerprint carries it (RFC 8122 §5).
class Fingerprint {
 public:
  /// Weakest first.
  enum class Hash : std::uint8_t { Sha1, Sha256, Sha384, Sha512 };

  Fingerprint(Hash hash, ByteVector digest) : hash_(hash), digest_(std::move(digest)) {}

  /// The value of a=fingerprint, e.g. "sha-256 3C:76:...:10"; case does not matter. Unsupported: another hash function.
  /// Malformed: not hexadecimal pairs of the function's length.
  static Result<Fingerprint> parse(std::string_view value);

  [[nodiscard]] Hash hash() const { return hash_; }
  [[nodiscard]] Bytes digest() const { return digest_; }
  /// "sha-256 3C:76:...:10": upper case, as RFC 8122 wants it written.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;

 private:
  Hash hash_;
  ByteVector digest_;
};

/// "sha-256"
[[nodiscard]] std::string_view name(Fingerprint::Hash hash);

}  // namespace webcalling::media::dtls
