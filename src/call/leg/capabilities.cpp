#include "call/leg/capabilities.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "sip/message/session_description.hpp"

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
  message.add(sip::HeaderName::Accept, sip::kReadableBodies);
  message.add(sip::HeaderName::Allow,
              "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, PRACK, REFER, REGISTER, SUBSCRIBE, UPDATE");
  message.add(sip::HeaderName::Supported, fmt::format("{}", fmt::join(kOptions, ", ")));
  message.add(sip::HeaderName::AllowEvents, "message-summary, refer");
}

std::optional<sip::Response> refuse_unsupported(const sip::Request& request, sip::Response refusal) {
  auto options = request.values(sip::HeaderName::Require);
  const auto of_proxies = request.values(sip::HeaderName::ProxyRequire);
  options.insert(options.end(), of_proxies.begin(), of_proxies.end());
  std::erase_if(options, is_supported);
  if (options.empty()) return std::nullopt;
  for (const std::string_view option : options) refusal.add(sip::HeaderName::Unsupported, option);
  return refusal;
}

}  // namespace webcalling::call
