#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "io/loop.hpp"
#include "io/tcp_connection.hpp"

namespace webcalling::load {

/// A client's end of a WebSocket with sub-protocol sip (RFC 6455, RFC 7118): whole texts out, whole texts in. The
/// server is believed not to cut messages into frames.
class WebSocketClient {
 public:
  struct Handlers {
    std::function<void()> on_open;
    std::function<void(std::string_view message)> on_message;
    /// With a sentence. Nothing comes afterwards.
    std::function<void(const std::string& reason)> on_closed;
  };

  /// `tls` with a context: wss.
  WebSocketClient(io::Loop& loop, const Endpoint& server, const std::string& path, const io::TlsOptions& tls,
                  Random& random, Handlers handlers);
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  void send(std::string_view text);
  [[nodiscard]] Endpoint local() const { return connection_.local(); }

 private:
  void receive(Bytes bytes);
  [[nodiscard]] bool take_handshake();
  [[nodiscard]] bool take_frame();
  void send_frame(std::uint8_t opcode, Bytes payload);

  Random& random_;
  Handlers handlers_;
  bool is_open_ = false;
  std::string received_;
  io::TcpConnection connection_;
};

}  // namespace webcalling::load
