#include "call/leg/capabilities.hpp"

#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {
namespace {

/// The option tags that mean something in such a request, as they stand in Supported. Who asks what we can do is told
/// all of them. RFC 3262, 4028, 3891, 4488 are about calls, RFC 3327, 5626, 5627 about registrations.
std::string_view options_of(sip::Method method) {
  switch (method) {
    case sip::Method::Register: return "path, outbound, gruu";
    case sip::Method::Options: return "100rel, timer, replaces, norefersub, path, outbound, gruu";
    default: return "100rel, timer, replaces, norefersub";
  }
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
  message.add(sip::HeaderName::Supported, options_of(method_of(message)));
  message.add(sip::HeaderName::AllowEvents, "message-summary, presence, dialog, reg, refer");
}

std::optional<sip::Response> refuse_unsupported(const sip::Request& request,
                                                const std::function<sip::Response()>& make_refusal) {
  auto options = request.values(sip::HeaderName::Require);
  const auto of_proxies = request.values(sip::HeaderName::ProxyRequire);
  options.insert(options.end(), of_proxies.begin(), of_proxies.end());
  if (options.empty()) return std::nullopt;
  std::erase_if(options, [known = sip::grammar::split_list(options_of(request.method()))](std::string_view option) {
    return std::any_of(known.begin(), known.end(),
                       [&](std::string_view one) { return ascii::equals_ignoring_case(one, option); });
  });
  if (options.empty()) return std::nullopt;
  sip::Response refusal = make_refusal();
  for (const std::string_view option : options) refusal.add(sip::HeaderName::Unsupported, option);
  return refusal;
}

}  // namespace webcalling::call
