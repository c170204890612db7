#include "pki/certificate.hpp"

#include <fmt/chrono.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <utility>

#include "pki/openssl_error.hpp"
#include "pki/subject_alt_name.hpp"

namespace webcalling::pki {
namespace {

constexpr auto kClockTolerance = std::chrono::days(1);
/// RFC 5280 appendix A.1, ub-common-name.
constexpr std::size_t kMostCommonName = 64;

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using BioPointer = std::unique_ptr<BIO, BioDeleter>;

BioPointer open(std::string_view pem) { return BioPointer(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::time_t to_time_t(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

WallTime to_wall_time(const ASN1_TIME& time) {
  std::tm parts{};
  ASN1_TIME_to_tm(&time, &parts);
  return WallTime(std::chrono::seconds(timegm(&parts)));
}

std::string day_of(WallTime time) { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(to_time_t(time))); }

bool set_serial(X509& certificate) {
  std::uint64_t serial = 0;
  return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(&certificate), serial >> 1) == 1;
}

/// Issuer and subject are the same.
bool set_common_name(X509& certificate, std::string_view text) {
  text = text.substr(0, kMostCommonName);
  X509_NAME* name = X509_get_subject_name(&certificate);
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, name) == 1;
}

bool set_time(X509& certificate, std::chrono::days lifetime, WallTime now) {
  return ASN1_TIME_set(X509_getm_notBefore(&certificate), to_time_t(now - kClockTolerance)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(&certificate), to_time_t(now + lifetime)) != nullptr;
}

bool add_extension(X509& certificate, int kind, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
  const bool added = extension != nullptr && X509_add_ext(&certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

/// What those who look at names look at too: no authority, but either end of TLS (RFC 5280 section 4.2.1).
bool set_purpose(X509& certificate, const Names& names) {
  if (names.empty()) return true;
  return add_names(certificate, names) && add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth,clientAuth");
}

bool fill(X509& certificate, EVP_PKEY& key, const Certificate::Subject& subject, std::chrono::days lifetime,
          WallTime now) {
  constexpr long kVersion3 = 2;
  return X509_set_version(&certificate, kVersion3) == 1 && set_serial(certificate) &&
         set_common_name(certificate, subject.common_name) && set_time(certificate, lifetime, now) &&
         set_purpose(certificate, subject.names) && X509_set_pubkey(&certificate, &key) == 1 &&
         X509_sign(&certificate, &key, EVP_sha256()) != 0;
}

/// Without it OpenSSL would ask for the password of an encrypted key on the terminal.
int refuse_password(char*, int, int, void*) { return -1; }

std::string text_of(BIO& bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(&bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

}  // namespace

Certificate::Certificate(KeyPointer key, CertificatePointer leaf, std::vector<CertificatePointer> authorities)
    : key_(std::move(key)),
      leaf_(std::move(leaf)),
      authorities_(std::move(authorities)),
      names_(names_of(*leaf_)),
      valid_from_(to_wall_time(*X509_get0_notBefore(leaf_.get()))),
      valid_until_(to_wall_time(*X509_get0_notAfter(leaf_.get()))) {}

Result<Certificate> Certificate::generate(const Subject& subject, std::chrono::days lifetime, WallTime now) {
  KeyPointer key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  CertificatePointer leaf(X509_new(), X509_free);
  if (!key || !leaf || !fill(*leaf, *key, subject, lifetime, now)) {
    return failed("generating a certificate: {}", take_openssl_error());
  }
  return Certificate(std::move(key), std::move(leaf), {});
}

Result<Certificate> Certificate::parse_pem(std::string_view chain, std::string_view key_text) {
  KeyPointer key(PEM_read_bio_PrivateKey(open(key_text).get(), nullptr, refuse_password, nullptr), EVP_PKEY_free);
  if (!key) return malformed("no private key without password: {}", take_openssl_error());
  const BioPointer bio = open(chain);
  const auto next = [&] {
    return CertificatePointer(PEM_read_bio_X509(bio.get(), nullptr, refuse_password, nullptr), X509_free);
  };
  CertificatePointer leaf = next();
  if (!leaf) return malformed("no certificate: {}", take_openssl_error());
  if (X509_check_private_key(leaf.get(), key.get()) != 1) {
    return malformed("the private key belongs to another certificate than the first one: {}", take_openssl_error());
  }
  std::vector<CertificatePointer> authorities;
  while (CertificatePointer authority = next()) authorities.push_back(std::move(authority));
  // The end of the text is one of the ways in which reading fails.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return malformed("a certificate after the first one is damaged: {}", take_openssl_error());
  }
  ERR_clear_error();
  return Certificate(std::move(key), std::move(leaf), std::move(authorities));
}

std::string Certificate::pem() const {
  const BioPointer bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(bio.get(), leaf_.get());
  for (const CertificatePointer& authority : authorities_) PEM_write_bio_X509(bio.get(), authority.get());
  return text_of(*bio);
}

Result<void> Certificate::check_time(WallTime now) const {
  if (now < valid_from_) return refused("it is not valid before {}", day_of(valid_from_));
  if (now >= valid_until_) return refused("it ended on {}", day_of(valid_until_));
  return {};
}

std::string Certificate::text() const {
  return fmt::format("for {}, until {}", names_.empty() ? "nobody" : names_.text(), day_of(valid_until_));
}

std::vector<x509_st*> Certificate::authorities() const {
  std::vector<x509_st*> out;
  for (const CertificatePointer& authority : authorities_) out.push_back(authority.get());
  return out;
}

}  // namespace webcalling::pki
