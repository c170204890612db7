#include "tls/context.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "pki/openssl_error.hpp"
#include "tls/application_protocol.hpp"

namespace webcalling::tls {
namespace {

/// TLS 1.2 (RFC 9325 section 4.2): forward secrecy and AEAD only. Those of TLS 1.3 are all like that.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
constexpr const char* kGroups = "X25519:P-256:P-384";

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, BioDeleter>;

bool configure(SSL_CTX& context) {
  SSL_CTX_set_options(
      &context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  // Most connections are silent most of the time: 34 kB less for each.
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS);
  select_application_protocols(context);
  return SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION) == 1 && SSL_CTX_set_num_tickets(&context, 0) == 1 &&
         SSL_CTX_set_cipher_list(&context, kCiphers) == 1 && SSL_CTX_set1_groups_list(&context, kGroups) == 1;
}

bool show(SSL_CTX& context, const pki::Certificate& certificate) {
  if (SSL_CTX_use_certificate(&context, &certificate.leaf()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(&context, &certificate.key()) != 1) return false;
  const auto authorities = certificate.authorities();
  return std::all_of(authorities.begin(), authorities.end(),
                     [&](X509* authority) { return SSL_CTX_add1_chain_cert(&context, authority) == 1; });
}

bool believe(SSL_CTX& context, const Trust& trust) {
  if (trust.authorities.empty()) return SSL_CTX_set_default_verify_paths(&context) == 1;
  const BioPointer bio(BIO_new_mem_buf(trust.authorities.data(), static_cast<int>(trust.authorities.size())));
  bool any = false;
  while (X509* authority = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    any = X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), authority) == 1 || any;
    X509_free(authority);
  }
  return any;
}

}  // namespace

Context::Context(ContextPointer context, Trust trust) : context_(std::move(context)), trust_(std::move(trust)) {}

Result<Context> Context::create(const pki::Certificate& certificate, const Trust& trust) {
  auto context = make(certificate, trust);
  if (!context) return Failure(std::move(context.error()));
  return Context(std::move(*context), trust);
}

Result<void> Context::replace(const pki::Certificate& certificate) {
  auto context = make(certificate, trust_);
  if (!context) return Failure(std::move(context.error()));
  context_ = std::move(*context);
  return {};
}

Result<Context::ContextPointer> Context::make(const pki::Certificate& certificate, const Trust& trust) {
  ContextPointer context(SSL_CTX_new(TLS_method()), SSL_CTX_free);
  if (!context || !configure(*context)) return failed("preparing TLS: {}", pki::take_openssl_error());
  if (!show(*context, certificate)) return failed("the certificate is of no use to TLS: {}", pki::take_openssl_error());
  if (!believe(*context, trust)) return malformed("no certificate of an authority: {}", pki::take_openssl_error());
  (void)pki::take_openssl_error();
  return context;
}

}  // namespace webcalling::tls
