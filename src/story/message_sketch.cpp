#include "story/message_sketch.hpp"

#include "base/ascii.hpp"

namespace webcalling::story {

MessageSketch sketch(std::string_view message) {
  MessageSketch out;
  (void)ascii::take_until(message, '\n');
  while (!message.empty()) {
    std::string_view value = ascii::take_until(message, '\n');
    // Most lines are of other headers.
    const char initial = value.empty() ? '\r' : ascii::to_lower(value.front());
    if (initial != 'c' && initial != 'i' && initial != '\r') continue;
    const std::string_view name = ascii::trim(ascii::take_until(value, ':'));
    // The body begins.
    if (name.empty()) return out;
    if (ascii::equals_ignoring_case(name, "Call-ID") || ascii::equals_ignoring_case(name, "i")) {
      out.call_id = ascii::trim(value);
    } else if (ascii::equals_ignoring_case(name, "CSeq")) {
      value = ascii::trim(value);
      (void)ascii::take_until(value, ' ');
      const std::string_view method = ascii::trim(value);
      out.is_of_invite = method == "INVITE" || method == "ACK";
    }
  }
  return out;
}

}  // namespace webcalling::story
