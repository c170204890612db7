#include "media/dtls/cookie.hpp"

#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <algorithm>

namespace webcalling::media::dtls {
namespace {

const Cookie* cookie_of(SSL* ssl) { return static_cast<const Cookie*>(SSL_get_app_data(ssl)); }

int give(SSL* ssl, unsigned char* out, unsigned* length) {
  const Cookie* cookie = cookie_of(ssl);
  if (cookie == nullptr) return 0;
  std::ranges::copy(*cookie, out);
  *length = static_cast<unsigned>(cookie->size());
  return 1;
}

int verify(SSL* ssl, const unsigned char* given, unsigned length) {
  const Cookie* cookie = cookie_of(ssl);
  return cookie != nullptr && length == cookie->size() && CRYPTO_memcmp(given, cookie->data(), length) == 0 ? 1 : 0;
}

}  // namespace

bool fill(Cookie& cookie) { return RAND_bytes(cookie.data(), static_cast<int>(cookie.size())) == 1; }

void teach_cookies(ssl_ctx_st& context) {
  SSL_CTX_set_cookie_generate_cb(&context, give);
  SSL_CTX_set_cookie_verify_cb(&context, verify);
}

void demand_cookie(ssl_st& ssl, Cookie& cookie) {
  SSL_set_app_data(&ssl, &cookie);
  SSL_set_options(&ssl, SSL_OP_COOKIE_EXCHANGE);
}

}  // namespace webcalling::media::dtls
