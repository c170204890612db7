#include "registrar/outbound.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace webcalling::registrar {
namespace {

using std::chrono::seconds;

/// RFC 5626 section 10: reg-id = 1*DIGIT, from 1 to 2^31 - 1; without an instance it means nothing.
bool names_a_flow(const Update::Wish& wish) {
  const auto reg_id = ascii::parse_number<std::int32_t>(wish.contact.parameters.get("reg-id").value_or(""));
  return reg_id && *reg_id > 0 && !wish.contact.parameters.get("+sip.instance").value_or("").empty();
}

/// The proxy at the device's end says by "ob" that it keeps the flow (section 5.1).
bool is_kept(const std::vector<sip::Path>& path) {
  return std::any_of(path.begin(), path.end(), [](const sip::Path& hop) { return hop.uri.parameters.has("ob"); });
}

}  // namespace

tl::expected<bool, sip::Rejection> find_flows(const sip::Request& request, const Update& update) {
  const auto& wishes = update.wishes;
  if (std::none_of(wishes.begin(), wishes.end(), names_a_flow)) return false;
  const auto lasting =
      std::count_if(wishes.begin(), wishes.end(), [](const auto& wish) { return wish.expires > seconds{0}; });
  if (lasting > 1) return tl::unexpected(sip::Rejection{400, "One Contact For Each Flow"});
  const bool is_first_hop = request.values(sip::HeaderName::Via).size() == 1;
  if (is_first_hop || is_kept(update.path)) return true;
  if (request.lists(sip::HeaderName::Supported, "outbound")) return tl::unexpected(sip::Rejection{439, {}});
  return false;
}

std::optional<seconds> flow_timer(sip::TransportKind kind) {
  if (sip::is_web_socket(kind)) return std::nullopt;
  // The bounds that devices choose themselves if nobody tells them (section 4.4.1 and 4.4.2): a NAT forgets datagrams
  // soon.
  return seconds{sip::is_reliable(kind) ? 120 : 29};
}

}  // namespace webcalling::registrar
