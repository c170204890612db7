#include "server/certificate_keeper.hpp"

#include <utility>

#include "io/clock.hpp"
#include "server/tls_certificate.hpp"

namespace webcalling::server {
namespace {

constexpr Duration kRenewal = 1h;

}  // namespace

Result<std::unique_ptr<CertificateKeeper>> CertificateKeeper::start(io::Loop& loop, const config::Settings& settings,
                                                                    const Log& log) {
  auto loaded = load_tls_certificate(settings, io::wall_clock());
  if (!loaded) return Failure(std::move(loaded.error()));
  if (!loaded->news.empty()) log.info("{}", loaded->news);
  // Many phones do not look; it is better than none.
  if (const auto valid = loaded->certificate.check_time(io::wall_clock()); !valid) {
    log.warning("The TLS certificate: {}; browsers and phones will refuse it", valid.error().text);
  }
  const auto trust = load_trust(settings);
  if (!trust) return Failure(trust.error());
  auto context = tls::Context::create(loaded->certificate, *trust);
  if (!context) return in_context("TLS", std::move(context.error()));
  return std::unique_ptr<CertificateKeeper>(new CertificateKeeper(loop, settings, log, std::move(loaded->certificate),
                                                                  std::make_shared<tls::Context>(std::move(*context))));
}

CertificateKeeper::CertificateKeeper(io::Loop& loop, const config::Settings& settings, const Log& log,
                                     pki::Certificate certificate, std::shared_ptr<tls::Context> context)
    : settings_(settings),
      log_(log),
      certificate_(std::move(certificate)),
      context_(std::move(context)),
      read_(stamps()),
      seen_(read_),
      look_(loop.timers(), [this] { look(); }),
      renewal_(loop.timers(), [this] { renew(); }) {
  look_.start(kLook);
  renewal_.start(kRenewal);
}

void CertificateKeeper::look() {
  look_.start(kLook);
  const Stamps now = stamps();
  const bool is_settled = now == std::exchange(seen_, now);
  if (is_settled && now != read_) reload();
}

void CertificateKeeper::renew() {
  renewal_.start(kRenewal);
  if (settings_.tls.certificate.empty() && ends_soon(certificate_, io::wall_clock())) reload();
}

void CertificateKeeper::reload() {
  read_ = stamps();
  const auto loaded = load_tls_certificate(settings_, io::wall_clock());
  const auto taken = loaded ? take(loaded->certificate) : Result<void>(Failure(loaded.error()));
  if (!taken) {
    log_.error("The TLS certificate was not replaced, the one before stays: {}", taken.error().text);
    return;
  }
  log_.info("New connections are shown the TLS certificate {}", certificate_.text());
  if (loaded->news.empty()) return;
  log_.info("{}", loaded->news);
  // What we have written ourselves is no change.
  read_ = seen_ = stamps();
}

Result<void> CertificateKeeper::take(const pki::Certificate& certificate) {
  if (auto valid = certificate.check_time(io::wall_clock()); !valid) return valid;
  if (auto replaced = context_->replace(certificate); !replaced) return replaced;
  certificate_ = certificate;
  return {};
}

CertificateKeeper::Stamps CertificateKeeper::stamps() const {
  Stamps stamps;
  for (const std::string& file : tls_certificate_files(settings_)) stamps.push_back(io::stamp_of(file));
  return stamps;
}

}  // namespace webcalling::server
