#include "call/leg/refer.hpp"

#include "base/ascii.hpp"

namespace webcalling::call {

Result<Refer> read_refer(const sip::Request& request) {
  // RFC 3515 section 2.4.2: "exactly one Refer-To header field value".
  std::size_t lines = 0;
  for (const auto& header : request.headers()) lines += header.name == sip::HeaderName::ReferTo ? 1 : 0;
  if (lines != 1) return malformed("REFER has {} Refer-To headers, not one", lines);
  auto target = request.get<sip::ReferTo>();
  if (!target) return Failure(std::move(target.error()));
  const auto method = target->uri.parameters.get("method");
  if (method && !ascii::equals_ignoring_case(*method, "INVITE")) {
    return unsupported("Refer-To: asks for {}, but only calls can be transferred", *method);
  }
  if (target->uri.user.empty()) return unsupported("Refer-To: {} names nobody", target->uri.text());

  Refer refer{.target = target->uri};
  if (const auto named = target->uri.find_header("Replaces")) {
    auto replaces = sip::Replaces::parse(*named);
    if (!replaces) return in_context("Refer-To: Replaces", std::move(replaces.error()));
    refer.replaces = std::move(*replaces);
  }
  // Nothing of the rest may become part of a message of ours (ATTACKS S26).
  refer.target.headers.clear();
  refer.target.parameters.remove("method");
  const auto subscription = request.header(sip::HeaderName::ReferSub).value_or("true");
  refer.wants_progress = !ascii::starts_with_ignoring_case(subscription, "false");
  return refer;
}

}  // namespace webcalling::call
