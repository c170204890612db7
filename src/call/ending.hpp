#pragma once

#include <string>
#include <string_view>

namespace webcalling::call {

/// Why a leg or a call came to its end; what the call record says.
enum class Cause {
  HungUp,     ///< somebody said BYE
  Cancelled,  ///< the caller gave up before the answer
  AnsweredElsewhere,
  Busy,
  Declined,
  NoAnswer,
  NotRegistered,  ///< the extension has no phone at present
  UnknownNumber,
  NoCommonCodec,
  Unreachable,  ///< a phone did not respond, or its connection is gone
  Failed,       ///< any other refusal by a phone
  AckMissing,   ///< our 2xx was never acknowledged
  MediaLost,
  Shutdown,
};

/// For logs and records: "hung up", "no answer", ...
[[nodiscard]] std::string_view text(Cause cause);
/// The final status that tells a caller (RFC 3261 section 21). 487 for Cancelled.
[[nodiscard]] int sip_status(Cause cause);
/// What a phone's final status means to us.
[[nodiscard]] Cause cause_of(int sip_status);
/// The value of a Reason header for CANCEL and BYE (RFC 3326), e.g. `SIP;cause=200;text="Call completed elsewhere"`.
[[nodiscard]] std::string reason_header(Cause cause);

}  // namespace webcalling::call
