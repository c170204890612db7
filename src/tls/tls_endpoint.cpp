#include "tls/tls_endpoint.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "pki/certificate.hpp"
#include "pki/openssl_error.hpp"
#include "tls/application_protocol.hpp"
#include "tls/stream_bio.hpp"

namespace webcalling::tls {
namespace {

/// RFC 8446 section 5.1: what every connection begins with, the content type of a handshake.
constexpr std::uint8_t kHandshake = 22;
/// RFC 8446 section 5.1: the most that one record carries.
constexpr std::size_t kMostInRecord = 16 * 1024;

struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using CertificatePointer = std::unique_ptr<X509, CertificateDeleter>;

}  // namespace

TlsEndpoint::TlsEndpoint(const Context& context)
    : wire_(std::make_unique<StreamBio>()), ssl_(SSL_new(context.context_.get())) {
  if (ssl_) {
    wire_->attach(*ssl_);
  } else {
    fail("OpenSSL has no memory for it");
  }
}

TlsEndpoint::TlsEndpoint(TlsEndpoint&&) noexcept = default;
TlsEndpoint::~TlsEndpoint() = default;

TlsEndpoint TlsEndpoint::accept(const Context& context, Application application) {
  TlsEndpoint endpoint(context);
  if (!endpoint.ssl_) return endpoint;
  SSL_set_accept_state(endpoint.ssl_.get());
  set_application_protocol(*endpoint.ssl_, application);
  return endpoint;
}

TlsEndpoint TlsEndpoint::connect(const Context& context, const std::string& server_name) {
  TlsEndpoint endpoint(context);
  if (!endpoint.ssl_) return endpoint;
  SSL* ssl = endpoint.ssl_.get();
  SSL_set_connect_state(ssl);
  if (!server_name.empty() && !IpAddress::parse(server_name)) SSL_set_tlsext_host_name(ssl, server_name.c_str());
  if (!server_name.empty() && context.trust_.verify) {
    endpoint.server_name_ = server_name;
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  }
  endpoint.handshake();
  return endpoint;
}

void TlsEndpoint::receive(Bytes from_network, ByteVector& to_application) {
  if (state_ == State::Closed || state_ == State::Failed || from_network.empty()) return;
  const bool is_first = SSL_in_before(ssl_.get()) == 1;
  if (is_first && from_network.front() != kHandshake) {
    ssl_.reset();
    fail("the peer does not speak it");
    return;
  }
  wire_->offer(from_network);
  if (state_ == State::Handshaking) handshake();
  if (state_ == State::Open) read(to_application);
  wire_->take_input_back();
}

void TlsEndpoint::send(Bytes from_application) {
  if (state_ == State::Handshaking) {
    waiting_.append(as_text(from_application));
    return;
  }
  if (state_ != State::Open || from_application.empty()) return;
  ERR_clear_error();
  // What is written goes into memory, hence whole or not at all.
  if (SSL_write(ssl_.get(), from_application.data(), static_cast<int>(from_application.size())) <= 0) {
    fail(pki::take_openssl_error());
  }
}

void TlsEndpoint::close() {
  if (state_ != State::Open && state_ != State::Closed) return;
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string TlsEndpoint::take_output() { return wire_->take_output(); }

void TlsEndpoint::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result != 1) {
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) return;
    const long verdict = SSL_get_verify_result(ssl_.get());
    const std::string reason = pki::take_openssl_error();
    fail(verdict == X509_V_OK ? reason : fmt::format("{}: {}", reason, X509_verify_cert_error_string(verdict)));
    return;
  }
  state_ = State::Open;
  if (!server_name_.empty()) verify_server();
  send(as_bytes(std::exchange(waiting_, {})));
}

/// RFC 5922 section 7.3: the authority vouches for the names in the certificate; one of them must be the one we wanted.
void TlsEndpoint::verify_server() {
  const CertificatePointer certificate(SSL_get1_peer_certificate(ssl_.get()));
  const pki::Names names = certificate ? pki::names_of(*certificate) : pki::Names{};
  if (names.identify(server_name_)) return;
  fail(fmt::format("the certificate is for {} and not for {}", names.empty() ? "nobody" : names.text(), server_name_));
}

void TlsEndpoint::read(ByteVector& to_application) {
  ERR_clear_error();
  int count = 0;
  do {
    const std::size_t size = to_application.size();
    to_application.resize(size + kMostInRecord);
    count = SSL_read(ssl_.get(), to_application.data() + size, static_cast<int>(kMostInRecord));
    to_application.resize(size + static_cast<std::size_t>(std::max(count, 0)));
  } while (count > 0);
  switch (SSL_get_error(ssl_.get(), count)) {
    case SSL_ERROR_WANT_READ: return;
    case SSL_ERROR_ZERO_RETURN: state_ = State::Closed; return;
    default: fail(pki::take_openssl_error());
  }
}

void TlsEndpoint::fail(std::string_view reason) {
  state_ = State::Failed;
  failure_ = fmt::format("TLS: {}", reason);
  waiting_.clear();
}

void TlsEndpoint::Deleter::operator()(ssl_st* ssl) const { SSL_free(ssl); }

}  // namespace webcalling::tls
