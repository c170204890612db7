#include "io/websocket_connection.hpp"

#include <utility>

namespace webcalling::io {

namespace {

constexpr std::uint16_t kGoingAway = 1001;

}  // namespace

WebSocketConnection& WebSocketConnection::operator=(WebSocketConnection&& other) noexcept {
  std::swap(channel_, other.channel_);
  return *this;
}

WebSocketConnection::~WebSocketConnection() { close(kGoingAway); }

void WebSocketConnection::start(Handlers handlers) {
  if (channel_) channel_->start(std::move(handlers));
}

void WebSocketConnection::send_text(std::string message) {
  if (channel_) channel_->send_text(std::move(message));
}

void WebSocketConnection::close(std::uint16_t code, std::string_view reason) {
  if (channel_) channel_->close(code, reason);
}

bool WebSocketConnection::is_open() const { return channel_ && channel_->is_open(); }
Endpoint WebSocketConnection::remote() const { return channel_ ? channel_->remote() : Endpoint{}; }
Endpoint WebSocketConnection::local() const { return channel_ ? channel_->local() : Endpoint{}; }

}  // namespace webcalling::io
