#pragma once

#include <string_view>

namespace webcalling::story {

/// What tells to which call a SIP message belongs, found without reading the rest of it: it is done for every message
/// that comes and goes.
struct MessageSketch {
  /// Empty if there is none.
  std::string_view call_id;
  /// It belongs to the beginning of a call: an INVITE, what is said to one, or its ACK.
  bool is_of_invite = false;
};

[[nodiscard]] MessageSketch sketch(std::string_view message);

}  // namespace webcalling::story
