#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {

/// Cuts a byte stream (TCP, TLS) into messages by Content-Length (RFC 3261 section 18.3). Double CRLF between messages
/// is a keep-alive ping (RFC 5626 section 3.5.1). A stream without Content-Length, with contradicting ones or over the
/// limits cannot be resynchronised: it fails for good and the connection is to be closed.
class StreamFramer {
 public:
  explicit StreamFramer(Limits limits = {}) : limits_(limits) {}

  struct NeedMore {};
  struct Ping {};  ///< answer with a single CRLF
  struct Text {
    std::string message;  ///< one whole message, for parse()
  };
  using Next = std::variant<NeedMore, Ping, Text>;

  void push(std::string_view bytes) { buffer_ += bytes; }
  [[nodiscard]] Result<Next> next();

 private:
  Limits limits_;
  std::string buffer_;
};

}  // namespace webcalling::sip
