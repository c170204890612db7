#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "pki/certificate.hpp"

struct ssl_ctx_st;

namespace webcalling::tls {

/// What is spoken inside: a client that names other protocols only is refused, so that nobody can aim a browser at our
/// SIP port or a phone at our pages (RFC 7301 section 3.2, RFC 9325 section 3.8).
enum class Application : std::uint8_t { Sip, Http };

/// Whom we believe when a server shows who it is.
struct Trust {
  /// PEM: the authorities; empty: those of this machine.
  std::string authorities;
  /// Whether a server that is called by its name has to show it at all.
  bool verify = true;
};

/// What all TLS connections of the program share: our certificate, TLS 1.2 and 1.3, AEAD cipher suites with forward
/// secrecy, whom we trust. No compression, no renegotiation, and no resumption, whose keys would have to be changed and
/// kept (RFC 9325 section 3.4). The certificate can be replaced: connections that stand are not touched.
class Context {
 public:
  static Result<Context> create(const pki::Certificate& certificate, const Trust& trust);

  /// New connections show `certificate`; after an error everything is as before.
  [[nodiscard]] Result<void> replace(const pki::Certificate& certificate);

 private:
  friend class TlsEndpoint;
  using ContextPointer = std::shared_ptr<ssl_ctx_st>;

  Context(ContextPointer context, Trust trust);
  static Result<ContextPointer> make(const pki::Certificate& certificate, const Trust& trust);

  ContextPointer context_;
  Trust trust_;
};

}  // namespace webcalling::tls
