#include "call/leg/ending.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::call {
namespace {

/// For people: a sentence, not a letter.
constexpr std::size_t kMaxText = 100;

}  // namespace

std::string_view code(Cause cause) {
  switch (cause) {
    case Cause::HungUp: return "hungUp";
    case Cause::Cancelled: return "cancelled";
    case Cause::AnsweredElsewhere: return "answeredElsewhere";
    case Cause::Busy: return "busy";
    case Cause::Declined: return "declined";
    case Cause::NoAnswer: return "noAnswer";
    case Cause::NotRegistered: return "notRegistered";
    case Cause::UnknownNumber: return "unknownNumber";
    case Cause::NoCommonCodec: return "noCommonCodec";
    case Cause::Unreachable: return "unreachable";
    case Cause::Failed: return "failed";
    case Cause::AckMissing: return "ackMissing";
    case Cause::MediaLost: return "mediaLost";
    case Cause::ConnectionLost: return "connectionLost";
    case Cause::SessionExpired: return "sessionExpired";
    case Cause::Transferred: return "transferred";
    case Cause::Forbidden: return "forbidden";
    case Cause::TooManyForwardings: return "tooManyForwardings";
    case Cause::UnknownDomain: return "unknownDomain";
    case Cause::LookupFailed: return "lookupFailed";
    case Cause::Shutdown: return "shutdown";
  }
  return "failed";
}

std::string_view text(Cause cause) {
  switch (cause) {
    case Cause::HungUp: return "Hung up";
    case Cause::Cancelled: return "Cancelled";
    case Cause::AnsweredElsewhere: return "Call completed elsewhere";
    case Cause::Busy: return "Busy";
    case Cause::Declined: return "Declined";
    case Cause::NoAnswer: return "No answer";
    case Cause::NotRegistered: return "Not registered";
    case Cause::UnknownNumber: return "Unknown number";
    case Cause::NoCommonCodec: return "No common codec";
    case Cause::Unreachable: return "Unreachable";
    case Cause::Failed: return "Failed";
    case Cause::AckMissing: return "Answer was never acknowledged";
    case Cause::MediaLost: return "Media lost";
    case Cause::ConnectionLost: return "Connection lost";
    case Cause::SessionExpired: return "Session expired";
    case Cause::Transferred: return "Transferred";
    case Cause::Forbidden: return "Not allowed";
    case Cause::TooManyForwardings: return "Forwarded too often";
    case Cause::UnknownDomain: return "Unknown domain";
    case Cause::LookupFailed: return "Domain could not be looked up";
    case Cause::Shutdown: return "Server is shutting down";
  }
  return "Failed";
}

int sip_status(Cause cause) {
  switch (cause) {
    case Cause::HungUp: return 480;
    case Cause::Cancelled: return 487;
    case Cause::AnsweredElsewhere: return 200;
    case Cause::Busy: return 486;
    case Cause::Declined: return 603;
    case Cause::NoAnswer: return 480;
    case Cause::NotRegistered: return 480;
    case Cause::UnknownNumber: return 404;
    case Cause::NoCommonCodec: return 488;
    case Cause::Unreachable: return 480;
    case Cause::Failed: return 480;
    case Cause::AckMissing: return 408;
    case Cause::MediaLost: return 480;
    case Cause::ConnectionLost: return 480;
    case Cause::SessionExpired: return 408;
    case Cause::Transferred: return 487;
    case Cause::Forbidden: return 403;
    case Cause::TooManyForwardings: return 482;
    case Cause::UnknownDomain: return 404;
    // A 503 would say that it is we who are out of order, and send the phone to another server (RFC 3263 section 4.3).
    case Cause::LookupFailed: return 480;
    case Cause::Shutdown: return 503;
  }
  return 480;
}

Cause cause_of(int sip_status) {
  switch (sip_status) {
    case 486:
    case 600: return Cause::Busy;
    case 603: return Cause::Declined;
    case 480: return Cause::NoAnswer;
    case 487: return Cause::Cancelled;
    case 488:
    case 606: return Cause::NoCommonCodec;
    case 408:
    case 430:
    case 503: return Cause::Unreachable;
    default: return Cause::Failed;
  }
}

std::string reason_header(Cause cause) {
  // The usual end of a call is no SIP status: "normal call clearing" of Q.850.
  if (cause == Cause::HungUp || cause == Cause::Transferred)
    return fmt::format("Q.850;cause=16;text=\"{}\"", text(cause));
  return fmt::format("SIP;cause={};text=\"{}\"", sip_status(cause), text(cause));
}

std::string explain(Cause cause, std::string_view text) {
  sip::Reason reason;
  reason.token = "SIP";
  reason.parameters.set("cause", std::to_string(sip_status(cause)));
  reason.parameters.set_quoted("text", text.substr(0, kMaxText));
  std::string out;
  reason.write(out);
  return out;
}

Ending moved() { return {Cause::Transferred, R"(Q.850;cause=16;text="Moved to another device")"}; }

std::string read_reason(const sip::Message& message) {
  const auto given = message.get_all<sip::Reason>();
  if (!given) return {};
  for (const sip::Reason& reason : *given) {
    const bool is_known = reason.token == "SIP" || reason.token == "Q.850";
    const auto cause = ascii::parse_number<std::uint16_t>(reason.parameters.get("cause").value_or(""));
    if (!is_known || !cause) continue;
    sip::Reason ours;
    ours.token = reason.token;
    ours.parameters.set("cause", std::to_string(*cause));
    if (const auto text = reason.parameters.get("text")) ours.parameters.set_quoted("text", text->substr(0, kMaxText));
    std::string out;
    ours.write(out);
    return out;
  }
  return {};
}

}  // namespace webcalling::call
