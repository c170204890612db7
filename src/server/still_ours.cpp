#include "server/still_ours.hpp"

#include <algorithm>

namespace webcalling::server {

bool is_still_ours(const sip::Flow& flow, const config::Settings& settings,
                   const std::vector<io::LocalAddress>& addresses) {
  if (flow.kind == sip::TransportKind::Udp && flow.local.port != settings.sip.udp_port) return false;
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const io::LocalAddress& local) { return local.address == flow.local.address; });
}

}  // namespace webcalling::server
