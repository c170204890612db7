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
#include "base/timer_queue.hpp"
#include "config/settings.hpp"
#include "guard/guard.hpp"
#include "io/loop.hpp"
#include "io/tcp_connection.hpp"
#include "io/tcp_listener.hpp"
#include "io/udp_socket.hpp"
#include "io/websocket_connection.hpp"
#include "server/overload.hpp"
#include "sip/message/glance.hpp"
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
    /// A message over the limits; or on a connection that is about to be closed, because nobody can tell where the
    /// message ends.
    std::function<void(std::string_view head, const Error& error, const sip::Flow& flow)> on_malformed;
    std::function<void(const sip::Flow& flow)> on_failure;
    std::function<void(const sip::Flow& flow)> on_closed;
    /// Whether a request repeats one that is being served; may be absent.
    std::function<bool(const sip::Glance& request, const sip::Flow& flow)> is_known;
  };

  /// Without a guard everybody is served.
  SipServer(io::Loop& loop, const Log& log, guard::Guard* guard = nullptr) : loop_(loop), log_(log), guard_(guard) {}
  ~SipServer() override;

  /// Opens UDP, TCP and TLS; `tls` is also for the connections that we open. The handlers must be set before the loop
  /// runs.
  Result<void> listen(const config::Settings::Sip& settings, const io::TlsOptions& tls, const sip::Limits& limits = {});
  /// Requests that were answered with 503 because we did not keep up.
  [[nodiscard]] std::uint64_t turned_away() const { return turned_away_; }
  [[nodiscard]] const Endpoint& udp_local() const { return udp_->local(); }
  [[nodiscard]] Endpoint tcp_local() const { return tcp_->local(); }
  [[nodiscard]] Endpoint tls_local() const { return tls_->local(); }
  void set_handlers(Handlers handlers) { handlers_ = std::move(handlers); }
  /// Takes over a WebSocket that an HTTP server has opened and admitted; `kind` is Ws or Wss. `client` is who speaks
  /// over it, if a trusted proxy stands between us.
  void accept(io::WebSocketConnection connection, sip::TransportKind kind,
              const std::optional<IpAddress>& client = std::nullopt);

  /// Who is behind a flow: its other end, or the client of a trusted proxy.
  [[nodiscard]] IpAddress source_of(const sip::Flow& flow) const;
  /// Ends every connection of a source that is banned.
  void close_all_of(const Network& source);

  void send(const sip::Flow& flow, std::string_view message) override;
  [[nodiscard]] std::optional<Endpoint> local_towards(sip::TransportKind kind, const IpAddress& remote) override;

 private:
  struct Stream {
    io::TcpConnection connection;
    sip::StreamFramer framer;
    sip::Flow flow;
    /// Runs while the peer owes us the rest of a message.
    std::unique_ptr<Timer> patience;
    /// Flows of ended connections whose messages this one carries: their senders know it by no other name.
    std::vector<sip::Flow> replaced;
    guard::Guard::Ticket ticket;
  };
  struct WebSocket {
    io::WebSocketConnection connection;
    sip::Flow flow;
    IpAddress client;
    /// Beside that of the proxy's connection.
    guard::Guard::Ticket ticket;
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
  /// Before anything of it is read: false if it shall not be.
  [[nodiscard]] bool admit(std::string_view message, const sip::Flow& flow);
  /// Hands a whole message on, unless it is over our limits.
  void deliver(std::string_view message, const sip::Flow& flow);
  /// More comes than we can serve.
  [[nodiscard]] bool is_too_much(std::string_view datagram, const sip::Flow& flow);
  void turn_away(std::string_view message, const sip::Flow& flow);
  /// A stateless 503, if the message can be read at all.
  void refuse(std::string_view message, const sip::Flow& flow, std::string_view reason, std::uint64_t retry_after);
  void close_banned(sip::ConnectionId id);
  void on_datagram(MutableBytes bytes, const Endpoint& remote, const IpAddress& local);
  void on_accepted(io::TcpConnection connection, sip::TransportKind kind);
  sip::ConnectionId connect(const Target& target);
  io::TcpConnection::Handlers stream_handlers(sip::ConnectionId id);
  void on_bytes(sip::ConnectionId id, Bytes bytes);
  void watch(Stream& stream, sip::ConnectionId id);
  void on_broken_stream(sip::ConnectionId id, const Error& error);
  void on_stream_closed(sip::ConnectionId id, const std::string& reason);
  void on_websocket_message(sip::ConnectionId id, std::string_view message);
  void on_websocket_closed(sip::ConnectionId id, const std::string& reason);
  void send_stream(const sip::Flow& flow, std::string_view message);
  void send_websocket(const sip::Flow& flow, std::string_view message);
  /// Reports a failed send once the sender's call stack is gone.
  void fail_later(const sip::Flow& flow);

  io::Loop& loop_;
  const Log& log_;
  guard::Guard* guard_;
  sip::Limits limits_;
  Handlers handlers_;
  std::uint64_t last_connection_ = 0;
  Overload overload_;
  std::uint64_t turned_away_ = 0;
  std::optional<TimePoint> told_of_overload_;
  std::optional<io::UdpSocket> udp_;
  io::TlsOptions tls_options_;
  Duration message_timeout_{};
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
