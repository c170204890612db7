#include "server/tls_certificate.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/ascii.hpp"
#include "io/files.hpp"
#include "io/host_name.hpp"
#include "io/local_addresses.hpp"

namespace webcalling::server {
namespace {

using std::chrono::days;

/// Apple's devices take no longer one.
constexpr auto kLifetime = days(800);
constexpr auto kRenewBefore = days(30);

std::string own_file(const config::Settings& settings) {
  return std::filesystem::path(settings.server.data_directory) / "tls-certificate.pem";
}

template <typename T>
void add(std::vector<T>& all, const T& one) {
  if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

/// The names by which phones and browsers may reach this machine; the most telling one first.
Result<pki::Names> names_to_certify(const config::Settings& settings) {
  pki::Names names;
  for (const std::string& name : settings.tls.names) add(names.hosts, ascii::lower(name));
  const std::string host = ascii::lower(io::host_name());
  if (!host.empty()) add(names.hosts, host);
  // RFC 6762: what a machine without a domain is called in its network.
  if (!host.empty() && host.find('.') == std::string::npos) add(names.hosts, host + ".local");
  add(names.hosts, std::string("localhost"));
  if (settings.server.public_address) add(names.addresses, *settings.server.public_address);
  const auto addresses = io::local_addresses();
  if (!addresses) return Failure(addresses.error());
  for (const io::LocalAddress& local : *addresses) {
    if (local.is_lasting) add(names.addresses, local.address);
  }
  return names;
}

Result<TlsCertificate> make(const config::Settings& settings, const pki::Names& names, std::string_view why,
                            WallTime now) {
  auto made = pki::Certificate::generate({.common_name = names.hosts.front(), .names = names}, kLifetime, now);
  if (!made) return Failure(std::move(made.error()));
  if (auto written = io::write_file_atomically(own_file(settings), made->pem(), 0600); !written) {
    return Failure(std::move(written.error()));
  }
  return TlsCertificate{std::move(*made), fmt::format("Made a TLS certificate for {}: {}", names.text(), why)};
}

Result<TlsCertificate> load_own(const config::Settings& settings, WallTime now) {
  const auto names = names_to_certify(settings);
  if (!names) return Failure(names.error());
  const std::string file = own_file(settings);
  const auto pem = io::read_file(file);
  if (!pem && pem.error().kind == Error::Kind::Missing) return make(settings, *names, "there was none", now);
  if (!pem) return Failure(pem.error());
  const auto certificate = pki::Certificate::parse_pem(*pem, *pem);
  if (!certificate) {
    std::error_code ignored;
    std::filesystem::rename(file, file + ".damaged", ignored);
    return make(settings, *names, fmt::format("{} was damaged ({})", file, certificate.error().text), now);
  }
  if (ends_soon(*certificate, now)) return make(settings, *names, "the one before ends soon", now);
  if (!certificate->names().include(*names)) {
    return make(settings, *names, "the one before lacks some of these names", now);
  }
  return TlsCertificate{*certificate, {}};
}

Result<TlsCertificate> load_given(const config::Settings& settings) {
  const auto files = tls_certificate_files(settings);
  const auto chain = io::read_file(files.front());
  if (!chain) return in_context("tls.certificate", chain.error());
  const auto key = io::read_file(files.back());
  if (!key) return in_context("tls.private_key", key.error());
  auto certificate = pki::Certificate::parse_pem(*chain, *key);
  if (!certificate) return in_context(fmt::format("tls.certificate {}", files.front()), certificate.error());
  return TlsCertificate{std::move(*certificate), {}};
}

}  // namespace

Result<TlsCertificate> load_tls_certificate(const config::Settings& settings, WallTime now) {
  return settings.tls.certificate.empty() ? load_own(settings, now) : load_given(settings);
}

bool ends_soon(const pki::Certificate& certificate, WallTime now) {
  return !certificate.check_time(now) || !certificate.check_time(now + kRenewBefore);
}

std::vector<std::string> tls_certificate_files(const config::Settings& settings) {
  const config::Settings::Tls& tls = settings.tls;
  if (tls.certificate.empty()) return {own_file(settings)};
  if (tls.private_key.empty()) return {tls.certificate};
  return {tls.certificate, tls.private_key};
}

Result<tls::Trust> load_trust(const config::Settings& settings) {
  tls::Trust trust{.authorities = {}, .verify = settings.tls.verify_servers};
  if (settings.tls.authorities.empty()) return trust;
  auto authorities = io::read_file(settings.tls.authorities);
  if (!authorities) return in_context("tls.authorities", authorities.error());
  trust.authorities = std::move(*authorities);
  return trust;
}

}  // namespace webcalling::server
