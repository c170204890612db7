#include "media/dtls/context.hpp"

#include <openssl/ssl.h>

#include <utility>

#include "media/dtls/cookie.hpp"
#include "pki/openssl_error.hpp"

namespace webcalling::media::dtls {
namespace {

/// RFC 8827 §6.5: forward secrecy and AEAD only. What browsers and phones of the last ten years have in common.
constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

constexpr const char* kSrtpProfiles = "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80";

/// Certificates are self-signed: no authority, name or date can be checked. DtlsEndpoint compares the fingerprint
/// afterwards (RFC 5763 §5); that the peer owns the certificate's key, the handshake itself proves.
int accept_for_now(X509_STORE_CTX*, void*) { return 1; }

bool configure(SSL_CTX& context) {
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(&context, accept_for_now, nullptr);
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(&context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_QUERY_MTU |
                                    SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS);
  teach_cookies(context);
  // This one call returns 0 for success.
  return SSL_CTX_set_min_proto_version(&context, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(&context, kCiphers) == 1 && SSL_CTX_set_tlsext_use_srtp(&context, kSrtpProfiles) == 0;
}

}  // namespace

Context::Context(ContextPointer context, Certificate certificate)
    : context_(std::move(context)), certificate_(std::move(certificate)) {}

Result<Context> Context::create(Certificate certificate) {
  ContextPointer context(SSL_CTX_new(DTLS_method()));
  if (!context || !configure(*context) || SSL_CTX_use_certificate(context.get(), &certificate.keyed_.leaf()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), &certificate.keyed_.key()) != 1) {
    return failed("preparing DTLS: {}", pki::take_openssl_error());
  }
  return Context(std::move(context), std::move(certificate));
}

void Context::Deleter::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

}  // namespace webcalling::media::dtls
