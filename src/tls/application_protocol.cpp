#include "tls/application_protocol.hpp"

#include <openssl/ssl.h>

#include <array>
#include <string_view>

#include "base/bytes.hpp"

namespace webcalling::tls {
namespace {

/// As IANA registered them.
constexpr std::array<std::string_view, 2> kIdentifiers{"sip/2", "http/1.1"};

int select(SSL* ssl, const unsigned char** chosen, unsigned char* length, const unsigned char* offered, unsigned size,
           void*) {
  const auto& ours = *static_cast<const std::string_view*>(SSL_get_app_data(ssl));
  ByteReader reader(Bytes(offered, size));
  while (reader.remaining() > 0) {
    const Bytes name = reader.take(reader.u8());
    if (!reader.ok() || as_text(name) != ours) continue;
    *chosen = name.data();
    *length = static_cast<unsigned char>(name.size());
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

void select_application_protocols(ssl_ctx_st& context) { SSL_CTX_set_alpn_select_cb(&context, select, nullptr); }

void set_application_protocol(ssl_st& ssl, Application application) {
  // OpenSSL's user data is not const, but nobody writes to it.
  SSL_set_app_data(&ssl, const_cast<std::string_view*>(&kIdentifiers.at(static_cast<std::size_t>(application))));
}

}  // namespace webcalling::tls
