#include "call/leg/capabilities.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace webcalling::call {
namespace {

// RFC 3262, 4028, 3891, 4488.
constexpr std::array<std::string_view, 4> kOptions{"100rel", "timer", "replaces", "norefersub"};

bool is_supported(std::string_view option) {
  return std::any_of(kOptions.begin(), kOptions.end(),
                     [option](std::string_view known) { return ascii::equals_ignoring_case(known, option); });
}

}  // namespace

void announce(sip::Message& message, const std::string& product) {
  message.add(sip::HeaderName::UserAgent, product);
  message.add(sip::HeaderName::Accept, "application/sdp");
  message.add(sip::HeaderName::Allow,
              "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, REFER, REGISTER, SUBSCRIBE, UPDATE");
  message.add(sip::HeaderName::Supported, fmt::format("{}", fmt::join(kOptions, ", ")));
  message.add(sip::HeaderName::AllowEvents, "message-summary, refer");
}

std::optional<sip::Response> refuse_unsupported(const sip::Request& request, sip::Response refusal) {
  bool is_refused = false;
  for (const std::string_view option : request.values(sip::HeaderName::Require)) {
    if (is_supported(option)) continue;
    refusal.add(sip::HeaderName::Unsupported, option);
    is_refused = true;
  }
  if (!is_refused) return std::nullopt;
  return refusal;
}

}  // namespace webcalling::call
