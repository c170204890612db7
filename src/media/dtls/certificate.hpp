#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "media/dtls/fingerprint.hpp"
#include "pki/certificate.hpp"

namespace webcalling::media::dtls {

/// A self-signed certificate with its private key: what our a=fingerprint names. Its trust comes from the signalling
/// alone (RFC 5763 §5); names and dates in it mean nothing to a peer.
class Certificate {
 public:
  /// A new ECDSA P-256 key (RFC 8827 §6.5), valid from a day before `now` for ten years.
  static Result<Certificate> generate(WallTime now);

  /// Private key and certificate in PEM, in any order, as pem() writes them.
  static Result<Certificate> parse_pem(std::string_view pem);
  /// Contains the private key: keep it as secret as a password.
  [[nodiscard]] std::string pem() const { return keyed_.pem(); }

  /// sha-256
  [[nodiscard]] const Fingerprint& fingerprint() const { return fingerprint_; }

 private:
  friend class Context;

  Certificate(pki::Certificate keyed, Fingerprint fingerprint);
  static Result<Certificate> with_fingerprint(pki::Certificate keyed);

  pki::Certificate keyed_;
  Fingerprint fingerprint_;
};

}  // namespace webcalling::media::dtls
