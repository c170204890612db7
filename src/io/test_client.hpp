#pragma once

// For tests: a TCP client, plain or with TLS, that sends any bytes and keeps what comes.

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "io/loop.hpp"
#include "io/tcp_connection.hpp"

namespace webcalling::io {

/// How long a test waits for what must happen; only failures take that long.
constexpr Duration kPatience = 10s;

class TestClient {
 public:
  TestClient(Loop& loop, const Endpoint& server, const TlsOptions& tls = {})
      : loop_(loop),
        connection_(TcpConnection::connect(loop, server, {.tls = tls},
                                           {[this](Bytes bytes) { received_ += as_text(bytes); },
                                            [this](const std::string& reason) { closed_ = reason; },
                                            {}})) {}

  void send(std::string_view text) { connection_.send(as_bytes(text)); }
  void close() { connection_.close(); }

  /// Whether `text` comes, or has come, among what was received.
  [[nodiscard]] bool hears(std::string_view text) {
    return loop_.run_until([&] { return received_.find(text) != std::string::npos; }, kPatience);
  }
  [[nodiscard]] bool hears_bytes(std::size_t count) {
    return loop_.run_until([&] { return received_.size() >= count; }, kPatience);
  }
  [[nodiscard]] bool is_closed_by_server() {
    return loop_.run_until([&] { return closed_.has_value(); }, kPatience);
  }

  [[nodiscard]] const std::string& received() const { return received_; }
  [[nodiscard]] std::string take_received() { return std::exchange(received_, {}); }
  [[nodiscard]] std::string reason() const { return closed_.value_or("still open"); }

 private:
  Loop& loop_;
  std::string received_;
  std::optional<std::string> closed_;
  TcpConnection connection_;
};

}  // namespace webcalling::io
