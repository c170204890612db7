#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "sip/message/call_headers.hpp"
#include "sip/message/message.hpp"

namespace webcalling::call {

/// What a REFER asks for (RFC 3515): that the other side of the call be connected with somebody else.
struct Refer {
  sip::Uri target;
  /// An attended transfer: the call of the referrer that the other side is to take over (RFC 3891).
  std::optional<sip::Replaces> replaces;
  /// False if the referrer wants no NOTIFY (Refer-Sub: false, RFC 4488).
  bool wants_progress = true;
};

/// Malformed (400) if there is not exactly one Refer-To or it cannot be read; Unsupported for a method other than
/// INVITE and for a URI that nobody can be called by.
[[nodiscard]] Result<Refer> read_refer(const sip::Request& request);

}  // namespace webcalling::call
