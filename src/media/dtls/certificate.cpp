#include "media/dtls/certificate.hpp"

#include <utility>

#include "media/dtls/digest.hpp"

namespace webcalling::media::dtls {
namespace {

constexpr auto kLifetime = std::chrono::days(3650);

}  // namespace

Certificate::Certificate(pki::Certificate keyed, Fingerprint fingerprint)
    : keyed_(std::move(keyed)), fingerprint_(std::move(fingerprint)) {}

Result<Certificate> Certificate::generate(WallTime now) {
  // RFC 8827 §6.5 wants nothing in it that tells who we are.
  auto keyed = pki::Certificate::generate({.common_name = "WebRTC", .names = {}}, kLifetime, now);
  if (!keyed) return in_context("DTLS", std::move(keyed.error()));
  return with_fingerprint(std::move(*keyed));
}

Result<Certificate> Certificate::parse_pem(std::string_view pem) {
  auto keyed = pki::Certificate::parse_pem(pem, pem);
  if (!keyed) return in_context("reading the DTLS certificate", std::move(keyed.error()));
  return with_fingerprint(std::move(*keyed));
}

Result<Certificate> Certificate::with_fingerprint(pki::Certificate keyed) {
  auto fingerprint = fingerprint_of(keyed.leaf(), Fingerprint::Hash::Sha256);
  if (!fingerprint) return Failure(std::move(fingerprint.error()));
  return Certificate(std::move(keyed), std::move(*fingerprint));
}

}  // namespace webcalling::media::dtls
