#include "call/leg/capabilities.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {
namespace {

// RFC 3262, 4028, 3891, 4488.
constexpr std::array<std::string_view, 4> kOfCalls{"100rel", "timer", "replaces", "norefersub"};
// RFC 3327, 5626, 5627.
constexpr std::array<std::string_view, 3> kOfRegistrations{"path", "outbound", "gruu"};

/// The option tags that mean something in such a request. Who asks what we can do is told all of them.
std::vector<std::string_view> options_of(sip::Method method) {
  std::vector<std::string_view> options;
  if (method != sip::Method::Register) options.assign(kOfCalls.begin(), kOfCalls.end());
  if (method == sip::Method::Register || method == sip::Method::Options) {
    options.insert(options.end(), kOfRegistrations.begin(), kOfRegistrations.end());
  }
  return options;
}

sip::Method method_of(const sip::Message& message) {
  const auto cseq = message.get<sip::CSeq>();
  return cseq ? cseq->method : sip::Method::Other;
}

}  // namespace

void announce(sip::Message& message, const std::string& product) {
  message.add(sip::HeaderName::UserAgent, product);
  message.add(sip::HeaderName::Accept, sip::kReadableBodies);
  message.add(sip::HeaderName::Allow,
              "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, MESSAGE, PRACK, PUBLISH, REFER, REGISTER, SUBSCRIBE, UPDATE");
  message.add(sip::HeaderName::Supported, fmt::format("{}", fmt::join(options_of(method_of(message)), ", ")));
  message.add(sip::HeaderName::AllowEvents, "message-summary, presence, dialog, reg, refer");
}

std::optional<sip::Response> refuse_unsupported(const sip::Request& request, sip::Response refusal) {
  auto options = request.values(sip::HeaderName::Require);
  const auto of_proxies = request.values(sip::HeaderName::ProxyRequire);
  options.insert(options.end(), of_proxies.begin(), of_proxies.end());
  std::erase_if(options, [known = options_of(request.method())](std::string_view option) {
    return std::any_of(known.begin(), known.end(),
                       [&](std::string_view one) { return ascii::equals_ignoring_case(one, option); });
  });
  if (options.empty()) return std::nullopt;
  for (const std::string_view option : options) refusal.add(sip::HeaderName::Unsupported, option);
  return refusal;
}

}  // namespace webcalling::call
