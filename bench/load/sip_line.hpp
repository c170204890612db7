#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "io/udp_socket.hpp"
#include "load/web_socket_client.hpp"
#include "sip/transaction/transaction_layer.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::load {

/// The server's SIP, and how it is reached.
struct SipServer {
  sip::TransportKind transport = sip::TransportKind::Udp;
  Endpoint at;
  /// Of a WebSocket.
  std::string path = "/ws";
  /// Of wss.
  std::shared_ptr<const tls::Context> tls;
};

/// One phone's way to the server, and its transactions there.
class SipLine final : public sip::MessageSender {
 public:
  struct Handlers {
    std::function<void()> on_open;
    std::function<void(const std::string& reason)> on_closed;
  };

  /// Fails if no port is free. `local` is our address.
  static Result<std::unique_ptr<SipLine>> open(io::Loop& loop, Random& random, const SipServer& server,
                                               const IpAddress& local, sip::TransactionLayer::User& user,
                                               Handlers handlers);
  SipLine(const SipLine&) = delete;
  SipLine& operator=(const SipLine&) = delete;

  [[nodiscard]] sip::TransactionLayer& transactions() { return transactions_; }
  [[nodiscard]] sip::Flow flow() const;
  /// Where requests reach us: our port, or a name that only the WebSocket knows (RFC 7118 section 5).
  [[nodiscard]] sip::Uri contact(std::string_view user) const;

  void send(const sip::Flow& flow, std::string_view message) override;

 private:
  SipLine(io::Loop& loop, Random& random, const SipServer& server, Handlers handlers);

  SipServer server_;
  Handlers handlers_;
  std::string invented_host_;
  sip::TransactionLayer transactions_;
  std::optional<io::UdpSocket> udp_;
  std::unique_ptr<WebSocketClient> web_socket_;
};

}  // namespace webcalling::load
