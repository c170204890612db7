#pragma once

#include <memory>

#include "base/result.hpp"
#include "media/dtls/certificate.hpp"

struct ssl_ctx_st;

namespace webcalling::media::dtls {

/// What all DTLS endpoints of the program share: our certificate, DTLS 1.2, the AEAD cipher suites with ECDHE, the SRTP
/// profiles (GCM preferred), and that a peer must show a certificate in either role. Made once at start; after that it
/// is only read, so endpoints on different threads may use one Context. Must outlive its endpoints.
class Context {
 public:
  static Result<Context> create(Certificate certificate);

  [[nodiscard]] const Certificate& certificate() const { return certificate_; }
  /// The value for a=fingerprint.
  [[nodiscard]] const Fingerprint& fingerprint() const { return certificate_.fingerprint(); }

 private:
  friend class DtlsEndpoint;
  struct Deleter {
    void operator()(ssl_ctx_st* context) const;
  };
  using ContextPointer = std::unique_ptr<ssl_ctx_st, Deleter>;

  Context(ContextPointer context, Certificate certificate);

  ContextPointer context_;
  Certificate certificate_;
};

}  // namespace webcalling::media::dtls
