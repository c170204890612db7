#pragma once

#include <openssl/evp.h>

#include <memory>

namespace webcalling::media::srtp {

struct FreeOpenSsl {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

using Cipher = std::unique_ptr<EVP_CIPHER, FreeOpenSsl>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeOpenSsl>;
using Mac = std::unique_ptr<EVP_MAC, FreeOpenSsl>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeOpenSsl>;

}  // namespace webcalling::media::srtp
