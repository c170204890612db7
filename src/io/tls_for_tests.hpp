#pragma once

// For tests: certificates that nobody has to believe.

#include <memory>
#include <string>

#include "io/clock.hpp"
#include "io/tcp_connection.hpp"
#include "pki/certificate.hpp"
#include "tls/context.hpp"

namespace webcalling::io {

inline pki::Certificate make_certificate(const std::string& name) {
  return *pki::Certificate::generate({.common_name = name, .names = {.hosts = {name}, .addresses = {}}},
                                     std::chrono::days(10), wall_clock());
}

/// The certificate in PEM, without the key.
inline std::string shown(const pki::Certificate& certificate) {
  const std::string pem = certificate.pem();
  return pem.substr(pem.find("-----BEGIN CERTIFICATE"));
}

inline std::shared_ptr<tls::Context> make_context(const pki::Certificate& certificate,
                                                  const std::string& trusted = {}) {
  return std::make_shared<tls::Context>(*tls::Context::create(certificate, {.authorities = trusted}));
}

/// A client that believes in this one certificate only.
inline TlsOptions trusting(const pki::Certificate& certificate, const std::string& server_name) {
  return {.context = make_context(make_certificate("client"), shown(certificate)), .server_name = server_name};
}

}  // namespace webcalling::io
