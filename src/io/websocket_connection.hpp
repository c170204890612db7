#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace webcalling::io {

struct WebSocketOptions {
  /// A longer message closes the connection with 1009.
  std::size_t message_bytes = 64 * 1024;
  /// Bytes that may wait for a client that does not read; more closes the connection.
  std::size_t send_queue_bytes = 256 * 1024;
  /// After this long without a frame from the client it gets a ping, after twice this long it is gone. Browsers answer
  /// pings below JavaScript, and proxies between us close what is silent for a minute.
  Duration ping_interval = 25s;
};

/// One open WebSocket (RFC 6455): whole messages in, whole messages out, pings below. Its owner names it (an id
/// captured in the handlers). HttpServer makes them.
///
/// Callbacks come from the loop, never from inside a call of the owner, and may do anything, also destroy the
/// connection. Destroying it closes it with 1001, going away. A default-constructed or closed connection takes every
/// call and does nothing.
class WebSocketConnection {
 public:
  struct Handlers {
    /// One text or binary message, valid until the callback returns.
    std::function<void(std::string_view message)> on_message;
    /// The connection ended and the owner did not ask for it; `reason` is a sentence. Nothing comes afterwards.
    std::function<void(const std::string& reason)> on_closed;
  };

  /// What carries the frames: HttpServer's side, or a test's.
  class Channel {
   public:
    virtual ~Channel() = default;
    virtual void start(Handlers handlers) = 0;
    virtual void send_text(std::string message) = 0;
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
    [[nodiscard]] virtual bool is_open() const = 0;
    [[nodiscard]] virtual Endpoint remote() const = 0;
    [[nodiscard]] virtual Endpoint local() const = 0;
  };

  WebSocketConnection() = default;
  explicit WebSocketConnection(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {}
  WebSocketConnection(WebSocketConnection&&) noexcept = default;
  WebSocketConnection& operator=(WebSocketConnection&& other) noexcept;
  ~WebSocketConnection();

  /// Begins to receive; called once.
  void start(Handlers handlers);
  /// A message that is not UTF-8 goes out as a binary one (RFC 7118 section 4.2): a browser closes the connection over
  /// a text frame that is anything else.
  void send_text(std::string message);
  /// Sends what is queued, then a close frame with `code` (RFC 6455 section 7.4). No callback comes any more.
  void close(std::uint16_t code = 1000, std::string_view reason = {});

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] Endpoint remote() const;
  [[nodiscard]] Endpoint local() const;

 private:
  std::shared_ptr<Channel> channel_;
};

}  // namespace webcalling::io
