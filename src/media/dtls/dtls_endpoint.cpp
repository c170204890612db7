#include "media/dtls/dtls_endpoint.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "media/dtls/datagram_bio.hpp"
#include "media/dtls/digest.hpp"
#include "media/dtls/record.hpp"
#include "media/dtls/srtp_keys.hpp"
#include "pki/openssl_error.hpp"

namespace webcalling::media::dtls {
namespace {

struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using CertificatePointer = std::unique_ptr<X509, CertificateDeleter>;

/// RFC 8122 §5: of the hash functions that the peer used, the strongest decides; any of its fingerprints may match.
Result<void> match(const X509& certificate, const std::vector<Fingerprint>& named) {
  const auto strongest = std::ranges::max(named, {}, &Fingerprint::hash).hash();
  const auto actual = fingerprint_of(certificate, strongest);
  if (!actual) return tl::unexpected(actual.error());
  if (std::ranges::find(named, *actual) != named.end()) return {};
  return refused("the peer's certificate {} is not the one that its description names", actual->text());
}

}  // namespace

DtlsEndpoint::DtlsEndpoint(const Context& context, Role role, Address address)
    : context_(context),
      role_(role),
      address_(address),
      wire_(std::make_unique<DatagramBio>(kFirstRetransmission, kSlowestRetransmission)) {}

DtlsEndpoint::~DtlsEndpoint() = default;

void DtlsEndpoint::set_remote_fingerprints(std::vector<Fingerprint> fingerprints, TimePoint now) {
  remote_fingerprints_ = std::move(fingerprints);
  if (state_ == State::Verifying) verify(now);
}

void DtlsEndpoint::start(TimePoint now) {
  if (state_ != State::Idle) return;
  state_ = State::Handshaking;
  if (role_ == Role::Client) begin(now);
}

void DtlsEndpoint::receive(Bytes datagram, TimePoint now) {
  if (role_ == Role::Server) start(now);
  if (state_ == State::Idle || state_ == State::Closed) return;
  const Sifted sifted = sift(datagram);
  if (sifted.alert) last_alert_ = sifted.alert;
  if (sifted.records.empty()) return;
  if (takes_over(sifted.records)) begin(now);
  if (!ssl_) return;

  wire_->offer(sifted.records);
  if (state_ == State::Handshaking) {
    handshake(now);
  } else {
    read_after_handshake();
  }
  wire_->take_input_back();
  schedule(now);
}

void DtlsEndpoint::expire(TimePoint now) {
  if (!deadline_ || now < *deadline_) return;
  if (!ssl_) {
    begin(now);
    return;
  }
  ERR_clear_error();
  wire_->expire_timer();
  const long retransmitted = DTLSv1_handle_timeout(ssl_.get());
  if (retransmitted < 0) {
    fail("the peer does not answer", now);
  } else if (retransmitted == 0) {
    // OpenSSL's clock does not agree yet.
    constexpr Duration kAskAgain = 10ms;
    deadline_ = now + kAskAgain;
  } else {
    schedule(now);
  }
}

void DtlsEndpoint::close() {
  if (ssl_ && (state_ == State::Connected || state_ == State::Verifying)) {
    SSL_alloc_buffers(ssl_.get());
    SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }
  state_ = State::Closed;
  deadline_.reset();
}

std::optional<ByteVector> DtlsEndpoint::poll_datagram() { return wire_->poll(); }

std::optional<Event> DtlsEndpoint::poll_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void DtlsEndpoint::begin(TimePoint now) {
  ssl_.reset(SSL_new(context_.context_.get()));
  deadline_.reset();
  last_alert_.reset();
  state_ = State::Handshaking;
  if (!ssl_ || !fill(cookie_)) {
    fail("OpenSSL has no memory or no randomness for it", now);
    return;
  }
  wire_->attach(*ssl_);
  SSL_set_mtu(ssl_.get(), static_cast<long>(kMaxDatagram));
  if (role_ == Role::Server) {
    SSL_set_accept_state(ssl_.get());
    if (address_ == Address::ToBeProved) demand_cookie(*ssl_, cookie_);
    return;
  }
  SSL_set_connect_state(ssl_.get());
  handshake(now);
  schedule(now);
}

/// A server starts with a ClientHello, and starts anew with one of another attempt: the first may have been somebody
/// else's (CVE-2023-49786), or the peer has given up on it. A finished handshake stays what it is: its client would not
/// begin again.
bool DtlsEndpoint::takes_over(Bytes datagram) {
  if (role_ != Role::Server || state_ != State::Handshaking) return false;
  const auto hello = find_client_hello(datagram);
  if (!hello) return false;
  const bool is_other = hello->random && client_random_ && *hello->random != *client_random_;
  if (hello->random) client_random_ = hello->random;
  return !ssl_ || is_other;
}

void DtlsEndpoint::handshake(TimePoint now) {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    finish_handshake(now);
  } else if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) {
    fail(pki::take_openssl_error(), now);
  }
}

void DtlsEndpoint::finish_handshake(TimePoint now) {
  state_ = State::Verifying;
  if (!remote_fingerprints_.empty()) verify(now);
  // What followed the handshake in the same datagram.
  if (ssl_) read_after_handshake();
}

void DtlsEndpoint::verify(TimePoint now) {
  if (remote_fingerprints_.empty()) return;
  const CertificatePointer certificate(SSL_get1_peer_certificate(ssl_.get()));
  if (!certificate) {
    fail("the peer showed no certificate", now);
    return;
  }
  if (const auto matched = match(*certificate, remote_fingerprints_); !matched) {
    fail(matched.error().text, now);
    return;
  }
  connect(now);
}

void DtlsEndpoint::connect(TimePoint now) {
  const auto keys = export_srtp_keys(*ssl_);
  if (!keys) {
    fail(keys.error().text, now);
    return;
  }
  state_ = State::Connected;
  const bool is_client = role_ == Role::Client;
  events_.push_back(Connected{.send_key = is_client ? keys->client : keys->server,
                              .receive_key = is_client ? keys->server : keys->client});
}

/// There is no application data in DTLS-SRTP; reading lets OpenSSL answer a retransmitted last flight and see
/// close_notify. Whatever else goes wrong does not touch media, whose keys are out already.
void DtlsEndpoint::read_after_handshake() {
  SSL_alloc_buffers(ssl_.get());
  std::array<std::uint8_t, 256> ignored{};
  while (SSL_read(ssl_.get(), ignored.data(), static_cast<int>(ignored.size())) > 0) {
  }
  // They are 33 kB, which a call would carry to its end for the two or three records still to come.
  SSL_free_buffers(ssl_.get());
  ERR_clear_error();
  if ((SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) == 0) return;
  state_ = State::Closed;
  events_.push_back(Closed{});
}

void DtlsEndpoint::fail(std::string_view reason, TimePoint now) {
  std::string sentence = fmt::format("DTLS handshake as {}: {}", role_ == Role::Client ? "client" : "server", reason);
  if (last_alert_) sentence += fmt::format(" (its last alert: {})", SSL_alert_desc_string_long(*last_alert_));
  ERR_clear_error();
  ssl_.reset();
  wire_->drop_output();
  client_random_.reset();
  state_ = State::Handshaking;
  deadline_.reset();
  if (role_ == Role::Client) deadline_ = now + kPauseAfterFailure;
  events_.push_back(Failed{std::move(sentence)});
}

void DtlsEndpoint::schedule(TimePoint now) {
  if (!ssl_) return;
  if (!wire_->timer_runs() || state_ == State::Closed) {
    deadline_.reset();
  } else if (const auto after = wire_->take_timer_start()) {
    deadline_ = now + *after;
  }
}

void DtlsEndpoint::Deleter::operator()(ssl_st* ssl) const { SSL_free(ssl); }

}  // namespace webcalling::media::dtls
