#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/timer_queue.hpp"
#include "media/dtls/context.hpp"
#include "media/dtls/dtls_endpoint.hpp"
#include "media/dtls/record.hpp"
#include "media/session/leg_settings.hpp"
#include "media/session/shard_services.hpp"

namespace webcalling::media {

/// Finds the peer of one port among all who speak DTLS to it, and agrees on keys with it (RFC 5763 without ICE). No
/// check has proved an address here, and a phone behind a NAT comes from another than it describes. So everybody gets
/// an attempt of his own, which disturbs nobody else's (ATTACKS S6), and the certificate decides: who shows the one
/// that the description names is the peer, and the doors are closed until the signalling speaks again.
///
/// What strangers can cost: kMaxStrangers attempts at a time, a few of our datagrams only to those who prove their
/// address (RFC 6347 section 4.2.1), and a new handshake at most every kPause from one address.
class DtlsHandshakes {
 public:
  static constexpr std::size_t kMaxStrangers = 3;
  /// From one address another ClientHello is not looked at before.
  static constexpr Duration kPause = 100ms;
  /// A stranger who was silent for so long makes room for the next.
  static constexpr Duration kAbandoned = 1s;

  struct Outside {
    std::function<void(const Endpoint& to, Bytes datagram)> send;
    std::function<void(const Endpoint& peer, const dtls::Connected& keys)> on_connected;
  };

  DtlsHandshakes(const dtls::Context& context, ShardServices& services, Outside outside);

  /// What the peer's description says; `described` is its address, or nowhere. The same again changes nothing. Another
  /// certificate or role is another peer, and the keys of the one before are void; another address alone lets it begin
  /// anew and keeps the keys until it does (RFC 8842 section 4).
  void set_remote(const RemoteDtls& remote, const Endpoint& described);

  void receive(Bytes datagram, const Endpoint& from);
  /// RFC 5763 section 6.7.2: as long as there are no keys a peer may ask with STUN, to open its NAT for our answer.
  void receive_stun(Bytes datagram, const Endpoint& from);
  /// Says goodbye to the peer.
  void close();

  [[nodiscard]] bool connected() const { return association_ != nullptr; }
  /// Why the first attempt came to nothing; empty if none did.
  [[nodiscard]] const std::string& failure() const { return failure_; }

 private:
  struct Attempt {
    Attempt(const dtls::Context& context, const Endpoint& with, dtls::DtlsEndpoint::Role role,
            dtls::DtlsEndpoint::Address address)
        : remote(with), dtls(context, role, address) {}

    Endpoint remote;
    dtls::DtlsEndpoint dtls;
    TimePoint last_heard{};
    std::optional<dtls::ClientRandom> hello;
    TimePoint last_hello{};
  };

  [[nodiscard]] bool is_server() const { return remote_->our_role == dtls::DtlsEndpoint::Role::Server; }
  /// Invites the described peer: as client with a ClientHello, as server by opening the path for its own.
  void invite();
  [[nodiscard]] Attempt* find(const Endpoint& from);
  [[nodiscard]] Attempt* admit(Bytes datagram, const Endpoint& from);
  Attempt* begin(const Endpoint& with);
  [[nodiscard]] bool make_room();
  [[nodiscard]] bool is_too_eager(Attempt& attempt, Bytes datagram) const;
  void expire();
  /// Sends and handles what an attempt has to say. It may be the association afterwards, or gone.
  void drain(Attempt& attempt);
  void handle(Attempt& attempt, const dtls::Event& event);
  void become_peer(const Attempt& winner);
  void schedule();

  const dtls::Context& context_;
  ShardServices& services_;
  Outside outside_;
  std::optional<RemoteDtls> remote_;
  Endpoint described_;
  std::vector<std::unique_ptr<Attempt>> attempts_;
  /// The attempt of the peer, once it is known.
  std::unique_ptr<Attempt> association_;
  /// Somebody may begin a handshake.
  bool open_ = false;
  std::string failure_;
  Timer timer_;
};

}  // namespace webcalling::media
