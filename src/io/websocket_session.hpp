#pragma once

// Private to http_server.cpp, the one file that pays for compiling Beast.

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/utf8.hpp"
#include "io/web_stream.hpp"
#include "io/websocket_connection.hpp"

namespace webcalling::io {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

/// Beast's door for the end of a connection whose time is up.
inline void beast_close_socket(WebStream& stream) { stream.close(); }

/// Beast's door for the end after both sides have said goodbye.
template <typename Handler>
void async_teardown(beast::role_type /*role*/, WebStream& stream, Handler&& handler) {
  stream.close_when_sent();
  asio::post(stream.get_executor(), beast::bind_front_handler(std::forward<Handler>(handler), beast::error_code{}));
}

/// One WebSocket of the server, from the accepted handshake on. RFC 6455 itself (masks, fragments, control frames,
/// UTF-8, close codes) is Beast's part. Kept alive by its operations and by the connection that its owner holds.
class WebSocketSession final : public WebSocketConnection::Channel,
                               public std::enable_shared_from_this<WebSocketSession> {
 public:
  struct Setup {
    WebSocketOptions options;
    std::string protocol;
    Duration handshake_timeout{};
  };
  using OnOpen = std::function<void(WebSocketConnection)>;

  WebSocketSession(Loop::Impl& loop, WebStream stream, Setup setup);

  /// Answers the handshake; a `request` that breaks RFC 6455 section 4.2.1 is refused and never opens.
  void accept(const http::request<http::string_body>& request, OnOpen on_open);

  void start(WebSocketConnection::Handlers handlers) override;
  void send_text(std::string message) override;
  void close(std::uint16_t code, std::string_view reason) override;
  [[nodiscard]] bool is_open() const override { return state_ == State::Accepted || state_ == State::Open; }
  [[nodiscard]] Endpoint remote() const override { return remote_; }
  [[nodiscard]] Endpoint local() const override { return local_; }

 private:
  enum class State {
    Accepted,  ///< not read yet
    Open,
    Closing,  ///< let go by the owner
    Closed,
  };

  void configure();
  void read();
  void received(const beast::error_code& error);
  void write();
  void send_close();
  void end();
  void fail(const std::string& reason);
  void fail_later(std::string reason);
  [[nodiscard]] std::string explain(const beast::error_code& error) const;

  Loop::Impl& loop_;
  Setup setup_;
  Endpoint remote_;
  Endpoint local_;
  // Without compression: SIP messages are small, and its state costs more memory than all the rest of a connection.
  websocket::stream<WebStream, false> stream_;
  beast::flat_buffer buffer_;
  WebSocketConnection::Handlers handlers_;
  State state_ = State::Accepted;
  bool owned_ = true;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  bool writing_ = false;
  websocket::close_reason close_reason_;
};

inline WebSocketSession::WebSocketSession(Loop::Impl& loop, WebStream stream, Setup setup)
    : loop_(loop),
      setup_(std::move(setup)),
      remote_(stream.remote()),
      local_(stream.local()),
      stream_(std::move(stream)) {
  configure();
}

inline void WebSocketSession::configure() {
  // From here on the WebSocket's own timer watches the connection.
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = setup_.handshake_timeout;
  // Beast sends a ping after half of this and gives up after the whole.
  timeout.idle_timeout = 2 * setup_.options.ping_interval;
  timeout.keep_alive_pings = true;
  stream_.set_option(timeout);
  stream_.set_option(
      websocket::stream_base::decorator([protocol = setup_.protocol](websocket::response_type& response) {
        response.set(http::field::sec_websocket_protocol, protocol);
      }));
  stream_.read_message_max(setup_.options.message_bytes);
  stream_.auto_fragment(false);
}

inline void WebSocketSession::accept(const http::request<http::string_body>& request, OnOpen on_open) {
  stream_.async_accept(request,
                       [self = shared_from_this(), on_open = std::move(on_open)](const beast::error_code& error) {
                         if (error) {
                           self->end();
                         } else {
                           on_open(WebSocketConnection(self));
                         }
                       });
}

inline void WebSocketSession::start(WebSocketConnection::Handlers handlers) {
  if (state_ != State::Accepted) return;
  handlers_ = std::move(handlers);
  state_ = State::Open;
  read();
}

inline void WebSocketSession::read() {
  stream_.async_read(buffer_, [self = shared_from_this()](const beast::error_code& error, std::size_t) {
    if (self->state_ != State::Closed) self->received(error);
  });
}

inline void WebSocketSession::received(const beast::error_code& error) {
  if (error) {
    fail(explain(error));
    return;
  }
  constexpr std::size_t kUsualMessage = 8 * 1024;
  const auto data = buffer_.data();
  if (state_ == State::Open && handlers_.on_message) {
    handlers_.on_message({static_cast<const char*>(data.data()), data.size()});
  }
  buffer_.consume(buffer_.size());
  if (buffer_.capacity() > kUsualMessage) buffer_.shrink_to_fit();
  if (state_ != State::Closed) read();
}

inline void WebSocketSession::send_text(std::string message) {
  if (!is_open()) return;
  queued_bytes_ += message.size();
  queue_.push_back(std::move(message));
  if (queued_bytes_ > setup_.options.send_queue_bytes) {
    fail_later(fmt::format("more than {} bytes wait for a client that does not read", setup_.options.send_queue_bytes));
  } else if (!writing_) {
    write();
  }
}

inline void WebSocketSession::write() {
  writing_ = true;
  stream_.text(is_utf8(queue_.front()));
  stream_.async_write(asio::buffer(queue_.front()),
                      [self = shared_from_this()](const beast::error_code& error, std::size_t) {
                        self->writing_ = false;
                        if (self->state_ == State::Closed) return;
                        self->queued_bytes_ -= self->queue_.front().size();
                        self->queue_.pop_front();
                        // The pending read reports the error as well, and knows more about its cause.
                        if (error) return;
                        if (!self->queue_.empty()) {
                          self->write();
                        } else if (self->state_ == State::Closing) {
                          self->send_close();
                        }
                      });
}

inline void WebSocketSession::close(std::uint16_t code, std::string_view reason) {
  owned_ = false;
  if (!is_open()) return;
  // RFC 6455 section 5.5: a control frame carries 125 bytes, two of which are the code.
  constexpr std::size_t kMostReason = 123;
  close_reason_.code = code;
  close_reason_.reason.assign(reason.data(), std::min(reason.size(), kMostReason));
  state_ = State::Closing;
  if (!writing_) send_close();
}

inline void WebSocketSession::send_close() {
  stream_.async_close(close_reason_, [self = shared_from_this()](const beast::error_code&) {
    self->end();
  });
}

inline void WebSocketSession::end() {
  state_ = State::Closed;
  stream_.next_layer().close();
}

inline void WebSocketSession::fail(const std::string& reason) {
  const auto self = shared_from_this();
  end();
  if (std::exchange(owned_, false) && handlers_.on_closed) handlers_.on_closed(reason);
}

inline void WebSocketSession::fail_later(std::string reason) {
  end();
  asio::post(loop_.context(), [self = shared_from_this(), reason = std::move(reason)] {
    self->fail(reason);
  });
}

inline std::string WebSocketSession::explain(const beast::error_code& error) const {
  if (error == websocket::error::closed) {
    return fmt::format("the client closed the WebSocket with code {}", static_cast<unsigned>(stream_.reason().code));
  }
  if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow) {
    return fmt::format("a message was longer than {} bytes", setup_.options.message_bytes);
  }
  if (error == beast::error::timeout) return "the client did not answer a ping";
  if (error == asio::error::eof || error == asio::error::connection_reset) {
    return "the client closed the connection without closing the WebSocket";
  }
  return fmt::format("receiving: {}", error.message());
}

}  // namespace webcalling::io
