#pragma once

#include <string_view>

namespace webcalling::sip {

/// Request methods we act on. Any other token is Other: it is answered with 501, never relayed.
enum class Method {
  Invite,
  Ack,
  Bye,
  Cancel,
  Options,
  Register,
  Info,
  Message,
  Notify,
  Prack,
  Publish,
  Refer,
  Subscribe,
  Update,
  Other,
};

/// Methods are case-sensitive (RFC 3261 section 7.1).
[[nodiscard]] Method parse_method(std::string_view text);
/// The wire form; "OTHER" for Other.
[[nodiscard]] std::string_view text(Method method);

}  // namespace webcalling::sip
