#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "io/loop.hpp"
#include "io/tcp_connection.hpp"
#include "io/tcp_listener.hpp"
#include "io/udp_socket.hpp"
#include "io/websocket_connection.hpp"
#include "sip/message/stream_framer.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::server {

/// The sockets of SIP: turns datagrams, streams and WebSockets into whole messages with their flow, and back. Knows
/// nothing of what the messages say.
class SipServer final : public sip::MessageSender {
 public:
  /// Who takes the messages.
  struct Handlers {
    std::function<void(std::string_view message, const sip::Flow& flow)> on_message;
    /// A connection that is about to be closed, because nobody can tell where this message ends.
    std::function<void(std::string_view head, const Error& error, const sip::Flow& flow)> on_malformed;
    std::function<void(const sip::Flow& flow)> on_failure;
    std::function<void(const sip::Flow& flow)> on_closed;
  };

  SipServer(io::Loop& loop, const Log& log) : loop_(loop), log_(log) {}
  ~SipServer() override;

  /// Opens UDP, TCP and TLS; `tls` is also for the connections that we open. The handlers must be set before the loop
  /// runs.
  Result<void> listen(const config::Settings::Sip& settings, const io::TlsOptions& tls);
  [[nodiscard]] const Endpoint& udp_local() const { return udp_->local(); }
  [[nodiscard]] Endpoint tcp_local() const { return tcp_->local(); }
  [[nodiscard]] Endpoint tls_local() const { return tls_->local(); }
  void set_handlers(Handlers handlers) { handlers_ = std::move(handlers); }
  /// Takes over a WebSocket that an HTTP server has opened; `kind` is Ws or Wss.
  void accept(io::WebSocketConnection connection, sip::TransportKind kind);

  void send(const sip::Flow& flow, std::string_view message) override;
  [[nodiscard]] std::optional<Endpoint> local_towards(sip::TransportKind kind, const IpAddress& remote) override;

 private:
  struct Stream {
    io::TcpConnection connection;
    sip::StreamFramer framer;
    sip::Flow flow;
    /// Flows of ended connections whose messages this one carries: their senders know it by no other name.
    std::vector<sip::Flow> replaced;
  };
  struct WebSocket {
    io::WebSocketConnection connection;
    sip::Flow flow;
  };
  /// Where a connection leads that we open.
  struct Target {
    sip::TransportKind kind;
    Endpoint remote;
    std::string server_name;
    friend auto operator<=>(const Target&, const Target&) = default;
  };

  Result<io::TcpListener> listen_for_streams(sip::TransportKind kind, const Endpoint& local);
  [[nodiscard]] io::TlsOptions tls_options(sip::TransportKind kind, const std::string& server_name) const;
  void on_datagram(MutableBytes bytes, const Endpoint& remote, const IpAddress& local);
  void on_accepted(io::TcpConnection connection, sip::TransportKind kind);
  sip::ConnectionId connect(const Target& target);
  io::TcpConnection::Handlers stream_handlers(sip::ConnectionId id);
  void on_bytes(sip::ConnectionId id, Bytes bytes);
  void on_broken_stream(sip::ConnectionId id, const Error& error);
  void on_stream_closed(sip::ConnectionId id, const std::string& reason);
  void on_websocket_closed(sip::ConnectionId id, const std::string& reason);
  void send_stream(const sip::Flow& flow, std::string_view message);
  void send_websocket(const sip::Flow& flow, std::string_view message);
  /// Reports a failed send once the sender's call stack is gone.
  void fail_later(const sip::Flow& flow);

  io::Loop& loop_;
  const Log& log_;
  Handlers handlers_;
  std::uint64_t last_connection_ = 0;
  std::optional<io::UdpSocket> udp_;
  io::TlsOptions tls_options_;
  std::optional<io::TcpListener> tcp_;
  std::optional<io::TcpListener> tls_;
  std::unordered_map<sip::ConnectionId, Stream> streams_;
  std::unordered_map<sip::ConnectionId, WebSocket> websockets_;
  /// Connections that we opened, by where they lead.
  std::map<Target, sip::ConnectionId> opened_;
  /// Messages still waiting to be reported as unsendable must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace webcalling::server
