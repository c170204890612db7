#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "config/settings.hpp"
#include "io/files.hpp"
#include "io/loop.hpp"
#include "pki/certificate.hpp"
#include "tls/context.hpp"

namespace webcalling::server {

/// Keeps the certificate that TLS shows: takes up changed files while the server runs, and renews one of our own making
/// before it ends. Connections that stand are not touched; a file that is of no use is named in the log, and what was
/// there before stays.
class CertificateKeeper {
 public:
  /// How often it looks for changed files. They are taken up when they have not changed since the last look, so that
  /// certificate and key may be replaced one after the other.
  static constexpr Duration kLook = 2s;

  static Result<std::unique_ptr<CertificateKeeper>> start(io::Loop& loop, const config::Settings& settings,
                                                          const Log& log);

  /// What connections are made from, for as long as they like.
  [[nodiscard]] std::shared_ptr<const tls::Context> context() const { return context_; }

  /// Reads the files now, whether they have changed or not.
  void reload();

 private:
  using Stamps = std::vector<io::FileStamp>;

  CertificateKeeper(io::Loop& loop, const config::Settings& settings, const Log& log, pki::Certificate certificate,
                    std::shared_ptr<tls::Context> context);

  void look();
  void renew();
  [[nodiscard]] Result<void> take(const pki::Certificate& certificate);
  [[nodiscard]] Stamps stamps() const;

  config::Settings settings_;
  const Log& log_;
  pki::Certificate certificate_;
  std::shared_ptr<tls::Context> context_;
  /// Of the files as they were read, and as they were at the last look.
  Stamps read_;
  Stamps seen_;
  Timer look_;
  Timer renewal_;
};

}  // namespace webcalling::server
