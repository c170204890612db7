#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/strong.hpp"

namespace webcalling::sip {

enum class TransportKind { Udp, Tcp, Tls, Ws, Wss };

/// "UDP", "TCP", "TLS", "WS", "WSS": as in a Via.
[[nodiscard]] constexpr std::string_view text(TransportKind kind) {
  switch (kind) {
    case TransportKind::Udp: return "UDP";
    case TransportKind::Tcp: return "TCP";
    case TransportKind::Tls: return "TLS";
    case TransportKind::Ws: return "WS";
    case TransportKind::Wss: return "WSS";
  }
  return "UDP";
}

/// What text() has written; nothing for anything else.
[[nodiscard]] constexpr std::optional<TransportKind> transport_kind(std::string_view written) {
  for (const auto kind :
       {TransportKind::Udp, TransportKind::Tcp, TransportKind::Tls, TransportKind::Ws, TransportKind::Wss}) {
    if (text(kind) == written) return kind;
  }
  return std::nullopt;
}

/// Everything but UDP delivers by itself: no retransmissions there (RFC 3261 section 17).
[[nodiscard]] constexpr bool is_reliable(TransportKind kind) { return kind != TransportKind::Udp; }

[[nodiscard]] constexpr bool is_web_socket(TransportKind kind) {
  return kind == TransportKind::Ws || kind == TransportKind::Wss;
}

/// One connection of a stream transport, never used again after it closed. 0 means "no connection": datagrams, or a
/// peer that is yet to be connected to.
using ConnectionId = Strong<struct ConnectionIdTag, std::uint64_t>;

/// The way to a peer: where a message came from, and how to answer it. A flow of a connection is valid as long as that
/// connection is (RFC 5626 section 2); one without connection is an address to send to.
struct Flow {
  TransportKind kind = TransportKind::Udp;
  /// Our side as the peer reached it; an unspecified address lets the system choose.
  Endpoint local;
  Endpoint remote;
  ConnectionId connection{0};
  /// Of TLS to a peer that is yet to be connected to: who must answer, the domain that was asked for and not what DNS
  /// made of it (RFC 5922 section 7.3); empty takes anybody.
  std::string server_name;

  friend bool operator==(const Flow&, const Flow&) = default;
};

/// Sends one whole SIP message. Implemented by server/ over sockets and by tests over a simulated network. Never calls
/// back from inside send(): what fails is reported later, by on_transport_failure() of the transaction layer.
class MessageSender {
 public:
  virtual ~MessageSender() = default;
  /// Over flow.connection if it is still there; otherwise, for UDP, TCP and TLS, to flow.remote (connecting as needed).
  virtual void send(const Flow& flow, std::string_view message) = 0;
  /// Our side of a way to somebody who has not sent us anything yet: the address that packets to `remote` leave from,
  /// and the port where we listen. Nothing if no way leads there.
  [[nodiscard]] virtual std::optional<Endpoint> local_towards(TransportKind /*kind*/, const IpAddress& /*remote*/) {
    return std::nullopt;
  }
};

}  // namespace webcalling::sip
