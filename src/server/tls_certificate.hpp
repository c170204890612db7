#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "config/settings.hpp"
#include "pki/certificate.hpp"
#include "tls/context.hpp"

namespace webcalling::server {

/// The certificate that TLS shows.
struct TlsCertificate {
  pki::Certificate certificate;
  /// Why it was made anew, as a sentence for the log; empty if it was there.
  std::string news;
};

/// Reads the certificate of the settings; its time is not looked at. Without one, reads that of our own making from the
/// data directory, or makes it: if there is none, if it is damaged (which is put aside as *.damaged), if it ends within
/// a month, or if the machine has got names or addresses that are not in it.
[[nodiscard]] Result<TlsCertificate> load_tls_certificate(const config::Settings& settings, WallTime now);

/// Whether one of our own making is to be replaced for its age.
[[nodiscard]] bool ends_soon(const pki::Certificate& certificate, WallTime now);

/// The files that load_tls_certificate() reads.
[[nodiscard]] std::vector<std::string> tls_certificate_files(const config::Settings& settings);

/// Whom we trust, read from the settings' file if there is one.
[[nodiscard]] Result<tls::Trust> load_trust(const config::Settings& settings);

}  // namespace webcalling::server
