#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "media/dtls/context.hpp"
#include "media/dtls/cookie.hpp"
#include "media/dtls/fingerprint.hpp"
#include "media/srtp/master_key.hpp"

struct ssl_st;

namespace webcalling::media::dtls {

class DatagramBio;

/// The handshake is done, the peer's certificate is the one that the signalling named: these keys protect the media.
struct Connected {
  srtp::MasterKey send_key;
  srtp::MasterKey receive_key;
};

/// A handshake came to nothing, for this reason (a sentence). A report, not an end: a server waits for a fresh
/// ClientHello, a client begins again. Whoever owns the endpoint decides when to give up.
struct Failed {
  std::string reason;
};

/// The peer said goodbye (an authenticated close_notify). Nothing more will come from this endpoint.
struct Closed {};

using Event = std::variant<Connected, Failed, Closed>;

/// One end of a DTLS-SRTP association (RFC 5763, RFC 5764): datagrams and time in, datagrams and events out.
///
/// Nothing from the wire ends it but an authenticated close_notify: garbage and unprotected alerts are passed over, a
/// handshake that cannot succeed is thrown away without an alert (which would reach the honest peer behind the same
/// address) and the next ClientHello starts anew. Give it datagrams only from addresses that passed an ICE check, or
/// from one address alone; whether that one is forged a server finds out by a cookie.
class DtlsEndpoint {
 public:
  /// By a=setup: active is the Client, passive the Server (RFC 5763 §5).
  enum class Role : std::uint8_t { Client, Server };
  /// How a server knows that a client is where it says.
  enum class Address : std::uint8_t { Proved, ToBeProved };
  enum class State : std::uint8_t {
    Idle,         ///< before start()
    Handshaking,  ///< also: waiting for a ClientHello
    Verifying,    ///< handshake done, the peer's fingerprint has not been told yet
    Connected,
    Closed,
  };

  /// Fits every path without fragmentation (IPv6 minimum 1280 less headers).
  static constexpr std::size_t kMaxDatagram = 1200;
  /// First retransmission after this, then doubled up to kSlowestRetransmission: media waits for the handshake, so the
  /// start is far quicker than RFC 6347 §4.2.4.1 asks for on unknown paths; this path has passed an ICE check.
  static constexpr Duration kFirstRetransmission = 50ms;
  static constexpr Duration kSlowestRetransmission = 1s;
  /// A client begins again so long after a handshake came to nothing.
  static constexpr Duration kPauseAfterFailure = 500ms;

  DtlsEndpoint(const Context& context, Role role, Address address = Address::Proved);
  ~DtlsEndpoint();
  DtlsEndpoint(const DtlsEndpoint&) = delete;
  DtlsEndpoint& operator=(const DtlsEndpoint&) = delete;

  /// What the peer's description says; may come before, during or after the handshake. Until then there is no
  /// Connected. Of several hash functions the strongest decides (RFC 8122 §5). Once connected, nothing is checked
  /// again.
  void set_remote_fingerprints(std::vector<Fingerprint> fingerprints, TimePoint now);

  /// There is a path: a client sends its ClientHello. A server needs no start; receive() starts it.
  void start(TimePoint now);
  void receive(Bytes datagram, TimePoint now);

  /// When expire() has something to send again, or a client begins again after a failure.
  [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }
  /// Does nothing before next_deadline().
  void expire(TimePoint now);

  /// Says goodbye: leaves a close_notify to be sent, if there is an association.
  void close();

  /// Ask after each of the calls above, until nothing is left. Datagrams go out one by one, unchanged.
  [[nodiscard]] std::optional<ByteVector> poll_datagram();
  [[nodiscard]] std::optional<Event> poll_event();

  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] State state() const { return state_; }

 private:
  struct Deleter {
    void operator()(ssl_st* ssl) const;
  };

  void begin(TimePoint now);
  [[nodiscard]] bool takes_over(Bytes datagram);
  void handshake(TimePoint now);
  void finish_handshake(TimePoint now);
  void verify(TimePoint now);
  void connect(TimePoint now);
  void read_after_handshake();
  void fail(std::string_view reason, TimePoint now);
  void schedule(TimePoint now);

  const Context& context_;
  Role role_;
  Address address_;
  Cookie cookie_{};
  State state_ = State::Idle;
  std::vector<Fingerprint> remote_fingerprints_;
  std::unique_ptr<DatagramBio> wire_;
  std::unique_ptr<ssl_st, Deleter> ssl_;
  /// Of the ClientHello that a server is answering.
  std::optional<std::array<std::uint8_t, 32>> client_random_;
  /// Of the last unprotected alert in this handshake: maybe why it came to nothing.
  std::optional<std::uint8_t> last_alert_;
  std::optional<TimePoint> deadline_;
  std::deque<Event> events_;
};

}  // namespace webcalling::media::dtls
