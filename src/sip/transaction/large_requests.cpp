#include "sip/transaction/large_requests.hpp"

#include <algorithm>

#include "sip/message/headers.hpp"

namespace webcalling::sip {
namespace {

/// Bytes of the Via and the Max-Forwards that are still to come.
constexpr std::size_t kOurHeaders = 120;

/// A phone behind a NAT names an address of its own network, and its flow leads to the NAT: nobody connects to it. A
/// host name may be that of the peer.
bool can_be_connected_to(const Request& request, const Flow& flow) {
  const auto route = request.get<Route>();
  const Uri& next = route ? route->uri : request.uri();
  const auto address = IpAddress::parse(next.host);
  return !address || (*address == flow.remote.address && next.port.value_or(5060) == flow.remote.port);
}

}  // namespace

std::optional<Flow> LargeRequests::stream_for(const Request& request, const Flow& flow) {
  if (flow.kind != TransportKind::Udp) return std::nullopt;
  const bool is_large = request.written_size() + kOurHeaders > kLargestDatagram;
  if (!is_large || !can_be_connected_to(request, flow)) return std::nullopt;
  const auto refused = refused_until_.find(flow.remote);
  if (refused != refused_until_.end() && timers_.now() < refused->second) return std::nullopt;
  const auto local = sender_.local_towards(TransportKind::Tcp, flow.remote.address);
  if (!local) return std::nullopt;
  return Flow{.kind = TransportKind::Tcp, .local = {flow.local.address, local->port}, .remote = flow.remote};
}

void LargeRequests::note_refusal(const Endpoint& peer) {
  const TimePoint now = timers_.now();
  if (refused_until_.size() >= kMostRemembered) {
    std::erase_if(refused_until_, [&](const auto& entry) { return entry.second <= now; });
  }
  if (refused_until_.size() >= kMostRemembered) {
    refused_until_.erase(std::min_element(refused_until_.begin(), refused_until_.end(),
                                          [](const auto& a, const auto& b) { return a.second < b.second; }));
  }
  refused_until_.insert_or_assign(peer, now + kMemory);
}

}  // namespace webcalling::sip
