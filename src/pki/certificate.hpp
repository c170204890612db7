#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "pki/names.hpp"

struct evp_pkey_st;
struct x509_st;

namespace webcalling::pki {

/// A certificate with its private key, and the certificates of the authorities between it and one that others trust
/// (RFC 5280). A value to be read from files, written and shown; whom it convinces is not known here.
class Certificate {
 public:
  struct Subject {
    /// What is shown to people; at most 64 characters are kept.
    std::string common_name;
    /// Whom it is for; none if nobody compares.
    Names names;
  };

  /// Signed by itself, with a new ECDSA P-256 key, valid from a day before `now`. The key comes from OpenSSL's own
  /// generator, which takes no other source.
  static Result<Certificate> generate(const Subject& subject, std::chrono::days lifetime, WallTime now);

  /// `chain` is PEM: the certificate itself first, then the authorities', as certbot's fullchain.pem. `key` is PEM
  /// without password. Both may be one text.
  static Result<Certificate> parse_pem(std::string_view chain, std::string_view key);
  /// Contains the private key: keep it as secret as a password.
  [[nodiscard]] std::string pem() const;

  [[nodiscard]] const Names& names() const { return names_; }
  [[nodiscard]] WallTime valid_from() const { return valid_from_; }
  [[nodiscard]] WallTime valid_until() const { return valid_until_; }
  /// Refused, with a sentence for whoever runs the server, if it is not valid at `now`.
  [[nodiscard]] Result<void> check_time(WallTime now) const;

  /// For people: "for pbx.example.com, 192.0.2.1, until 2028-12-31".
  [[nodiscard]] std::string text() const;

  /// For those who hand it to OpenSSL.
  [[nodiscard]] evp_pkey_st& key() const { return *key_; }
  [[nodiscard]] x509_st& leaf() const { return *leaf_; }
  [[nodiscard]] std::vector<x509_st*> authorities() const;

 private:
  using KeyPointer = std::shared_ptr<evp_pkey_st>;
  using CertificatePointer = std::shared_ptr<x509_st>;

  Certificate(KeyPointer key, CertificatePointer leaf, std::vector<CertificatePointer> authorities);

  KeyPointer key_;
  CertificatePointer leaf_;
  std::vector<CertificatePointer> authorities_;
  Names names_;
  WallTime valid_from_;
  WallTime valid_until_;
};

/// Whom the certificate of a peer is for: the host names and addresses of its subjectAltName, and the domains of SIP
/// URIs in it (RFC 5922 section 7.1).
[[nodiscard]] Names names_of(const x509_st& certificate);

}  // namespace webcalling::pki
