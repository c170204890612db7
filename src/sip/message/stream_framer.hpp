#pragma once

#include <cstddef>
#include <optional>
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

  /// Call next() until it needs more after each push: what waits in here is bounded by that alone.
  void push(std::string_view bytes);
  [[nodiscard]] Result<Next> next();
  /// Whether a message has begun that is not all here yet.
  [[nodiscard]] bool is_waiting() const { return !std::string_view("\r\n\r\n").starts_with(unread()); }
  /// After next() has failed: what had come of the message that broke the stream, perhaps enough to answer it.
  [[nodiscard]] std::string_view broken() const { return failure_ ? std::string_view(buffer_) : std::string_view{}; }

 private:
  [[nodiscard]] std::string_view unread() const { return std::string_view(buffer_).substr(begin_); }
  void consume(std::size_t count);
  [[nodiscard]] Result<std::size_t> message_size(std::size_t head_size) const;
  [[nodiscard]] Result<Next> next_message();

  Limits limits_;
  std::string buffer_;
  std::size_t begin_ = 0;    ///< what stands before is consumed
  std::size_t scanned_ = 0;  ///< unread bytes known to hold no end of a head
  std::size_t wanted_ = 0;   ///< size of the message that has begun, once its head is in; otherwise 0
  std::optional<Error> failure_;
};

}  // namespace webcalling::sip
