#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "pki/names.hpp"
#include "tls/context.hpp"

struct ssl_st;

namespace webcalling::tls {

class StreamBio;

/// One end of a TLS connection (RFC 8446, RFC 5246): bytes of the network in and out, bytes of the application out and
/// in. Knows no socket and no time: whoever drives it gives up on a handshake that takes too long. Keys and randomness
/// come from OpenSSL's own generator, which takes no other source.
///
/// Ask for take_output() after each call that changes it, also after a failure: the peer's alert is in there.
class TlsEndpoint {
 public:
  enum class State : std::uint8_t {
    Handshaking,
    Open,
    Closed,  ///< the peer said that it is done; nothing more will be received
    Failed,  ///< see failure()
  };

  /// The side that was connected to.
  static TlsEndpoint accept(const Context& context, Application application);
  /// The side that connects. `server_name` is who must answer, a host name (which the server is told as well, RFC 6066
  /// section 3) or an address: unless the context lets everybody pass, its certificate must come from an authority that
  /// we trust, and name it. If it is empty, any certificate will do: that of a phone is mostly of its own making.
  static TlsEndpoint connect(const Context& context, const std::string& server_name);

  TlsEndpoint(TlsEndpoint&&) noexcept;
  TlsEndpoint& operator=(TlsEndpoint&&) = delete;
  ~TlsEndpoint();

  /// Takes what the network brought, and appends what the application is told. Everything is consumed, or it failed.
  void receive(Bytes from_network, ByteVector& to_application);
  /// Before the end of the handshake it waits; see waiting().
  void send(Bytes from_application);
  /// Says that nothing more will be sent (close_notify), if there is anybody to be told.
  void close();

  /// What the network is to carry.
  [[nodiscard]] std::string take_output();

  [[nodiscard]] State state() const { return state_; }
  /// Bytes of the application that wait for the end of the handshake.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  /// Why it failed, as a sentence's end: "TLS: no shared cipher".
  [[nodiscard]] const std::string& failure() const { return failure_; }
  /// It failed at its first byte: the peer speaks something else than TLS, and would not understand an alert.
  [[nodiscard]] bool peer_is_plain() const { return state_ == State::Failed && !ssl_; }

 private:
  struct Deleter {
    void operator()(ssl_st* ssl) const;
  };

  explicit TlsEndpoint(const Context& context);

  void handshake();
  void verify_server();
  void read(ByteVector& to_application);
  void fail(std::string_view reason);

  // Before ssl_, which uses it until its end.
  std::unique_ptr<StreamBio> wire_;
  std::unique_ptr<ssl_st, Deleter> ssl_;
  State state_ = State::Handshaking;
  /// Who has to prove that; empty: nobody.
  std::string server_name_;
  std::string waiting_;
  std::string failure_;
};

}  // namespace webcalling::tls
