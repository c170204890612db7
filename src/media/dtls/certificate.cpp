#include "media/dtls/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <utility>

#include "media/dtls/digest.hpp"
#include "media/dtls/openssl_error.hpp"

namespace webcalling::media::dtls {
namespace {

constexpr auto kClockTolerance = std::chrono::days(1);
constexpr auto kLifetime = std::chrono::days(3650);

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, BioDeleter>;

std::time_t to_time_t(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

bool set_serial(X509& certificate) {
  std::uint64_t serial = 0;
  return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(&certificate), serial >> 1) == 1;
}

/// Issuer and subject are the same: RFC 8827 §6.5 wants nothing in them that tells who we are.
bool set_names(X509& certificate) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  const std::string_view text = "WebRTC";
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, name) == 1;
}

bool fill(X509& certificate, EVP_PKEY& key, WallTime now) {
  constexpr long kVersion3 = 2;
  return X509_set_version(&certificate, kVersion3) == 1 && set_serial(certificate) && set_names(certificate) &&
         ASN1_TIME_set(X509_getm_notBefore(&certificate), to_time_t(now - kClockTolerance)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), to_time_t(now + kLifetime)) != nullptr &&
         X509_set_pubkey(&certificate, &key) == 1 && X509_sign(&certificate, &key, EVP_sha256()) != 0;
}

/// Without it OpenSSL would ask for the password of an encrypted key on the terminal.
int refuse_password(char*, int, int, void*) { return -1; }

std::string text_of(BIO& bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(&bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

}  // namespace

Certificate::Certificate(KeyPointer key, CertificatePointer certificate, Fingerprint fingerprint)
    : key_(std::move(key)), certificate_(std::move(certificate)), fingerprint_(std::move(fingerprint)) {}

Result<Certificate> Certificate::generate(WallTime now) {
  KeyPointer key(EVP_EC_gen("P-256"));
  CertificatePointer certificate(X509_new());
  if (!key || !certificate || !fill(*certificate, *key, now)) {
    return failed("generating the DTLS certificate: {}", take_openssl_error());
  }
  auto fingerprint = fingerprint_of(*certificate, Fingerprint::Hash::Sha256);
  if (!fingerprint) return tl::unexpected(std::move(fingerprint.error()));
  return Certificate(std::move(key), std::move(certificate), std::move(*fingerprint));
}

Result<Certificate> Certificate::parse_pem(std::string_view pem) {
  const auto open = [&] { return BioPointer(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); };
  KeyPointer key(PEM_read_bio_PrivateKey(open().get(), nullptr, refuse_password, nullptr));
  if (!key) return malformed("reading the DTLS certificate: no private key without password: {}", take_openssl_error());
  CertificatePointer certificate(PEM_read_bio_X509(open().get(), nullptr, refuse_password, nullptr));
  if (!certificate) return malformed("reading the DTLS certificate: no certificate: {}", take_openssl_error());
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return malformed("reading the DTLS certificate: the private key belongs to another: {}", take_openssl_error());
  }
  auto fingerprint = fingerprint_of(*certificate, Fingerprint::Hash::Sha256);
  if (!fingerprint) return tl::unexpected(std::move(fingerprint.error()));
  return Certificate(std::move(key), std::move(certificate), std::move(*fingerprint));
}

std::string Certificate::pem() const {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(bio.get(), certificate_.get());
  return text_of(*bio);
}

void Certificate::Deleter::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }
void Certificate::Deleter::operator()(x509_st* certificate) const { X509_free(certificate); }

}  // namespace webcalling::media::dtls
