#include "load/web_socket_client.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace webcalling::load {
namespace {

// RFC 6455 section 5.2
constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kOpcode = 0x0f;
constexpr std::uint8_t kText = 0x1;
constexpr std::uint8_t kBinary = 0x2;
constexpr std::uint8_t kPing = 0x9;
constexpr std::uint8_t kPong = 0xA;

}  // namespace

WebSocketClient::WebSocketClient(io::Loop& loop, const Endpoint& server, const std::string& path,
                                 const io::TlsOptions& tls, Random& random, Handlers handlers)
    : random_(random),
      handlers_(std::move(handlers)),
      connection_(io::TcpConnection::connect(loop, server, {.tls = tls},
                                             {[this](Bytes bytes) { receive(bytes); },
                                              [this](const std::string& reason) { handlers_.on_closed(reason); },
                                              {},
                                              {}})) {
  // The key of RFC 6455 section 1.3: nobody between us could have seen it before, since nobody is.
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n",
      path, server.text());
  connection_.send(as_bytes(request));
}

void WebSocketClient::send(std::string_view text) { send_frame(kText, as_bytes(text)); }

void WebSocketClient::send_frame(std::uint8_t opcode, Bytes payload) {
  ByteVector out;
  ByteWriter writer(out);
  writer.u8(kFinal | opcode);
  if (payload.size() < 126) {
    writer.u8(kMasked | payload.size());
  } else {
    writer.u8(kMasked | 126U).u16(payload.size());
  }
  std::array<std::uint8_t, 4> mask{};
  random_.fill(mask);
  writer.bytes(mask);
  const std::size_t begin = out.size();
  writer.bytes(payload);
  for (std::size_t i = begin; i < out.size(); ++i) out[i] ^= mask[(i - begin) % mask.size()];
  connection_.send(out);
}

void WebSocketClient::receive(Bytes bytes) {
  received_ += as_text(bytes);
  if (!is_open_ && !take_handshake()) return;
  while (take_frame()) {
  }
}

bool WebSocketClient::take_handshake() {
  const auto end = received_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  if (!received_.starts_with("HTTP/1.1 101")) {
    handlers_.on_closed("the server answered the WebSocket's handshake with " +
                        received_.substr(0, received_.find('\r')));
    connection_.close();
    return false;
  }
  received_.erase(0, end + 4);
  is_open_ = true;
  handlers_.on_open();
  return true;
}

bool WebSocketClient::take_frame() {
  ByteReader reader(as_bytes(received_));
  const std::uint8_t opcode = reader.u8() & kOpcode;
  std::uint64_t length = reader.u8();
  if (length == 126) length = reader.u16();
  if (length == 127) length = reader.u64();
  const Bytes payload = reader.take(static_cast<std::size_t>(length));
  if (!reader.ok()) return false;
  const std::size_t whole = received_.size() - reader.remaining();
  const std::string message(as_text(payload));
  received_.erase(0, whole);
  if (opcode == kText || opcode == kBinary) handlers_.on_message(message);
  if (opcode == kPing) send_frame(kPong, as_bytes(message));
  return true;
}

}  // namespace webcalling::load
