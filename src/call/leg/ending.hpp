#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "sip/message/message.hpp"

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
  ConnectionLost,  ///< a phone lost its connection, and did not come back in time
  SessionExpired,  ///< the other side was not heard of for too long (RFC 4028)
  Transferred,     ///< the others go on without this side
  Forbidden,       ///< the caller may not call there
  TooManyForwardings,
  UnknownDomain,  ///< nobody takes calls for it
  LookupFailed,   ///< DNS does not tell who does
  Shutdown,
};

/// For programs, and for good: "hungUp", "noAnswer", ...
[[nodiscard]] std::string_view code(Cause cause);
/// For logs and records: "Hung up", "No answer", ...
[[nodiscard]] std::string_view text(Cause cause);
/// The final status that tells a caller (RFC 3261 section 21). 487 for Cancelled.
[[nodiscard]] int sip_status(Cause cause);
/// What a phone's final status means to us.
[[nodiscard]] Cause cause_of(int sip_status);
/// The value of a Reason header for CANCEL and BYE (RFC 3326), e.g. `SIP;cause=200;text="Call completed elsewhere"`.
[[nodiscard]] std::string reason_header(Cause cause);

/// How a leg or a call came to its end, with what the other side said about it.
struct Ending {
  Cause cause = Cause::HungUp;
  /// The Reason of its BYE or CANCEL (RFC 3326), as we say it to the others; empty if it gave none that we pass on.
  std::string reason{};

  Ending(Cause ended) : cause(ended) {}  // NOLINT: a cause is enough
  Ending(Cause ended, std::string given) : cause(ended), reason(std::move(given)) {}
  /// The value of the Reason header that we send.
  [[nodiscard]] std::string header() const { return reason.empty() ? reason_header(cause) : reason; }
};

/// The value of a Reason header that says it in other words than those for the cause.
[[nodiscard]] std::string explain(Cause cause, std::string_view text);

/// The phone's user goes on with another phone of the same extension.
[[nodiscard]] Ending moved();

/// What a BYE or CANCEL says about its reason, written anew: only protocol, cause and text of the protocols SIP and
/// Q.850. Empty if there is nothing of the kind.
[[nodiscard]] std::string read_reason(const sip::Message& message);

}  // namespace webcalling::call
