#include "sip/message/stream_framer.hpp"

#include "sip/message/header_lines.hpp"

namespace webcalling::sip {

void StreamFramer::push(std::string_view bytes) {
  if (failure_) return;
  // Moving the rest to the front only here keeps a burst of small messages linear.
  buffer_.erase(0, begin_);
  begin_ = 0;
  buffer_ += bytes;
}

Result<StreamFramer::Next> StreamFramer::next() {
  if (failure_) return Failure(*failure_);
  if (wanted_ == 0) {
    while (unread().starts_with("\r\n")) {
      if (unread().starts_with("\r\n\r\n")) {
        consume(4);
        return Next(Ping{});
      }
      // The second CRLF of a ping may still be on its way.
      if (std::string_view("\r\n\r\n").starts_with(unread())) return Next(NeedMore{});
      consume(2);
    }
  }
  auto result = next_message();
  if (!result) {
    failure_ = result.error();
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  return result;
}

Result<StreamFramer::Next> StreamFramer::next_message() {
  if (wanted_ == 0) {
    const auto head_end = unread().find("\r\n\r\n", scanned_);
    if (head_end == std::string_view::npos) {
      if (unread().size() > limits_.message_bytes) {
        return refused("the headers have more than {} bytes", limits_.message_bytes);
      }
      scanned_ = unread().size() < 3 ? 0 : unread().size() - 3;
      return Next(NeedMore{});
    }
    const auto size = message_size(head_end + 4);
    if (!size) return Failure(size.error());
    wanted_ = *size;
  }
  if (unread().size() < wanted_) return Next(NeedMore{});
  Text text{std::string(unread().substr(0, wanted_))};
  consume(wanted_);
  return Next(std::move(text));
}

Result<std::size_t> StreamFramer::message_size(std::size_t head_size) const {
  const auto head = unread().substr(0, head_size - 2);  // without the empty line
  const auto lines = split_header_lines(head.substr(head.find("\r\n") + 2), limits_);
  if (!lines) return Failure(lines.error());
  const auto length = find_content_length(*lines);
  if (!length) return Failure(length.error());
  // RFC 3261 section 18.3: over a stream Content-Length MUST be there.
  if (!*length) return malformed("no Content-Length in a stream");
  if (head_size > limits_.message_bytes || **length > limits_.message_bytes - head_size) {
    return refused("the message has {} + {} bytes, more than {}", head_size, **length, limits_.message_bytes);
  }
  return head_size + static_cast<std::size_t>(**length);
}

void StreamFramer::consume(std::size_t count) {
  begin_ += count;
  scanned_ = 0;
  wanted_ = 0;
}

}  // namespace webcalling::sip
