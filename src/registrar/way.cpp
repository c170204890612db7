#include "registrar/way.hpp"

namespace webcalling::registrar {
namespace {

std::uint16_t default_port(sip::TransportKind kind) { return kind == sip::TransportKind::Tls ? 5061 : 5060; }

/// Where the next hop says to listen; nothing unless that is the address it sends from.
std::optional<Endpoint> true_address(const sip::Uri& contact, const std::vector<sip::Path>& path,
                                     const sip::Flow& flow) {
  const sip::Uri& next = path.empty() ? contact : path.front().uri;
  const auto address = IpAddress::parse(next.host);
  if (!address || *address != flow.remote.address) return std::nullopt;
  return Endpoint{*address, next.port.value_or(default_port(flow.kind))};
}

}  // namespace

sip::Flow way_to(const sip::Uri& contact, const std::vector<sip::Path>& path, sip::Flow flow) {
  if (flow.kind != sip::TransportKind::Udp) return flow;
  flow.remote = true_address(contact, path, flow).value_or(flow.remote);
  return flow;
}

std::optional<sip::Flow> way_without_connection(const Binding& binding) {
  if (sip::is_web_socket(binding.flow.kind)) return std::nullopt;
  if (binding.flow.connection == sip::ConnectionId{0}) return binding.flow;
  const auto listening = true_address(binding.contact, binding.path, binding.flow);
  // The port that its own connection came from is one where nobody listens.
  if (!listening || *listening == binding.flow.remote) return std::nullopt;
  sip::Flow way = binding.flow;
  way.remote = *listening;
  way.connection = {};
  return way;
}

}  // namespace webcalling::registrar
