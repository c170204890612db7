#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "media/dtls/fingerprint.hpp"

struct evp_pkey_st;
struct x509_st;

namespace webcalling::media::dtls {

/// A self-signed certificate with its private key: what our a=fingerprint names. Its trust comes from the signalling
/// alone (RFC 5763 §5); names and dates in it mean nothing to a peer.
class Certificate {
 public:
  /// A new ECDSA P-256 key (RFC 8827 §6.5), valid from a day before `now` for ten years. The key comes from OpenSSL's
  /// own generator, which takes no other source.
  static Result<Certificate> generate(WallTime now);

  /// Private key and certificate in PEM, in any order, as pem() writes them.
  static Result<Certificate> parse_pem(std::string_view pem);
  /// Contains the private key: keep it as secret as a password.
  [[nodiscard]] std::string pem() const;

  /// sha-256
  [[nodiscard]] const Fingerprint& fingerprint() const { return fingerprint_; }

 private:
  friend class Context;
  struct Deleter {
    void operator()(evp_pkey_st* key) const;
    void operator()(x509_st* certificate) const;
  };
  using KeyPointer = std::unique_ptr<evp_pkey_st, Deleter>;
  using CertificatePointer = std::unique_ptr<x509_st, Deleter>;

  Certificate(KeyPointer key, CertificatePointer certificate, Fingerprint fingerprint);

  KeyPointer key_;
  CertificatePointer certificate_;
  Fingerprint fingerprint_;
};

}  // namespace webcalling::media::dtls
