#include "pbx/own_routes.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "sip/token/flow_token.hpp"

namespace webcalling {

std::optional<sip::Rejection> OwnRoutes::take_off(sip::Request& request, const sip::Flow& flow) const {
  const auto route = request.get_all<sip::Route>();
  if (!route) return sip::Rejection{400, "Route Cannot Be Read"};
  for (const sip::Route& hop : *route) {
    if (!is_ours(hop.uri, request, flow)) return sip::Rejection{403, "Route Leads Elsewhere"};
    // RFC 5626 section 5.3: "the proxy SHOULD reject the request with a 403". Over which flow it came does not matter:
    // a phone may have got a new one since.
    const bool is_forged =
        sip::looks_like_flow_token(hop.uri.user) && !sip::read_flow_token(seal_, hop.uri.user).has_value();
    if (is_forged) return sip::Rejection{403, "Flow Token Is Not Ours"};
  }
  request.remove(sip::HeaderName::Route);
  return std::nullopt;
}

bool OwnRoutes::is_ours(const sip::Uri& hop, const sip::Request& request, const sip::Flow& flow) const {
  if (const auto address = IpAddress::parse(hop.host); address && *address == flow.local.address) return true;
  const auto is_host = [&](std::string_view name) { return ascii::equals_ignoring_case(name, hop.host); };
  // A domain in its own address of record means us, whatever it is: nothing is ever sent there.
  const auto from = request.get<sip::From>();
  return (from && is_host(from->uri.host)) || std::any_of(names_.begin(), names_.end(), is_host);
}

}  // namespace webcalling
