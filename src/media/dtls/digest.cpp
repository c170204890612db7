#include "media/dtls/digest.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "pki/openssl_error.hpp"

namespace webcalling::media::dtls {
namespace {

const EVP_MD* function_of(Fingerprint::Hash hash) {
  switch (hash) {
    case Fingerprint::Hash::Sha1: return EVP_sha1();
    case Fingerprint::Hash::Sha256: return EVP_sha256();
    case Fingerprint::Hash::Sha384: return EVP_sha384();
    case Fingerprint::Hash::Sha512: return EVP_sha512();
  }
  return nullptr;
}

}  // namespace

Result<Fingerprint> fingerprint_of(const x509_st& certificate, Fingerprint::Hash hash) {
  ByteVector digest(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  if (X509_digest(&certificate, function_of(hash), digest.data(), &length) != 1) {
    return failed("hashing a certificate with {}: {}", name(hash), pki::take_openssl_error());
  }
  digest.resize(length);
  return Fingerprint(hash, std::move(digest));
}

}  // namespace webcalling::media::dtls
