#include "pki/openssl_error.hpp"

#include <openssl/err.h>

namespace webcalling::pki {

std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  ERR_clear_error();
  return reason != nullptr ? reason : "no reason given by OpenSSL";
}

}  // namespace webcalling::pki
