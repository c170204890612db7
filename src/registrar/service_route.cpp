#include "registrar/service_route.hpp"

#include "base/ascii.hpp"
#include "sip/token/flow_token.hpp"

namespace webcalling::registrar {

std::optional<sip::ServiceRoute> service_route(const sip::Request& request, const sip::Flow& flow,
                                               const sip::Seal& seal) {
  const bool came_straight = request.values(sip::HeaderName::Via).size() == 1;
  if (!came_straight || sip::is_web_socket(flow.kind)) return std::nullopt;
  const auto named = IpAddress::parse(request.uri().host);
  const std::uint16_t port = request.uri().port.value_or(flow.kind == sip::TransportKind::Tls ? 5061 : 5060);
  if (!named || Endpoint{*named, port} != flow.local) return std::nullopt;

  sip::ServiceRoute route;
  route.uri.user = sip::write_flow_token(seal, flow);
  route.uri.host = request.uri().host;
  route.uri.port = port;
  if (flow.kind != sip::TransportKind::Udp) {
    route.uri.parameters.set("transport", ascii::lower(sip::text(flow.kind)));
  }
  route.uri.parameters.set("lr");
  return route;
}

}  // namespace webcalling::registrar
