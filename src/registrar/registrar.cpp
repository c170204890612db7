#include "registrar/registrar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "registrar/gruu.hpp"
#include "registrar/outbound.hpp"
#include "registrar/service_route.hpp"
#include "registrar/way.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/tag.hpp"

namespace webcalling::registrar {
namespace {

using sip::HeaderName;
using std::chrono::seconds;

Binding describe(const Update& update, const sip::Contact& contact, const sip::Request& request,
                 const sip::Flow& flow) {
  Binding binding;
  binding.contact = contact.uri;
  binding.parameters = contact.parameters;
  // RFC 5627 section 5.1: GRUUs in a request mean nothing.
  for (const auto* of_one_request : {"expires", "pub-gruu", "temp-gruu"}) binding.parameters.remove(of_one_request);
  binding.flow = way_to(contact.uri, update.path, flow);
  binding.path = update.path;
  binding.aor = request.get<sip::To>().value_or(sip::To{}).uri;
  binding.call_id = request.call_id();
  binding.cseq = request.get<sip::CSeq>().value_or(sip::CSeq{}).number;
  binding.user_agent = request.header(HeaderName::UserAgent).value_or("");
  binding.instance = contact.parameters.get("+sip.instance").value_or("");
  if (update.has_flows) binding.reg_id = contact.parameters.get("reg-id").value_or("");
  return binding;
}

/// RFC 3261 section 8.2.2.3: what a client does not support it shall not get.
bool supports(const sip::Request& request, std::string_view option) {
  return request.lists(HeaderName::Supported, option) || request.lists(HeaderName::Require, option);
}

}  // namespace

Registrar::Registrar(TimerQueue& timers, Random& random, WallClock wall_clock, Settings settings,
                     const std::optional<sip::Seal::Key>& key)
    : timers_(timers),
      random_(random),
      wall_clock_(std::move(wall_clock)),
      settings_(settings),
      seal_(key ? *key : sip::Seal::draw_key(random)),
      bindings_(timers, random, wall_clock_, settings.max_bindings) {}

sip::Response Registrar::handle(const sip::Request& request, std::string_view user, const sip::Flow& flow) {
  const auto to = request.get<sip::To>();
  // Section 10.3 steps 4 and 5: nobody registers in the name of somebody else.
  if (!to || to->uri.user != user) return refuse(request, 403, "Not Your Address");
  const auto wish = read_wish(request, settings_);
  if (!wish) return refuse(request, wish.error().status, wish.error().reason);

  const std::string name(user);
  if (is_out_of_order(name, *wish, request)) return refuse(request, 500, "CSeq Out Of Order");
  if (std::holds_alternative<RemoveAll>(*wish)) {
    bindings_.remove_if(name, [](const Binding&) { return true; });
  }
  if (const auto* update = std::get_if<Update>(&*wish)) apply(name, *update, request, flow);
  return accept(request, name, *wish, flow);
}

bool Registrar::is_out_of_order(const std::string& user, const RegisterWish& wish, const sip::Request& request) const {
  const auto cseq = request.get<sip::CSeq>().value_or(sip::CSeq{}).number;
  // The same number again is the same request again: repeating it does no harm.
  const auto is_newer = [&](const Binding& binding) {
    return binding.call_id == request.call_id() && binding.cseq > cseq;
  };
  const auto is_meant = [&](const Binding& binding) {
    if (std::holds_alternative<RemoveAll>(wish)) return true;
    const auto* update = std::get_if<Update>(&wish);
    return update != nullptr && std::any_of(update->wishes.begin(), update->wishes.end(), [&](const auto& one) {
             return is_same_binding(describe(*update, one.contact, request, {}), binding);
           });
  };
  return bindings_.has_any(user, [&](const Binding& binding) { return is_newer(binding) && is_meant(binding); });
}

void Registrar::apply(const std::string& user, const Update& update, const sip::Request& request,
                      const sip::Flow& flow) {
  for (const auto& [contact, expires] : update.wishes) {
    Binding device = describe(update, contact, request, flow);
    if (expires == seconds{0}) {
      bindings_.remove_if(user, [&](const Binding& binding) { return is_same_binding(binding, device); });
    } else {
      device.expires = timers_.now() + expires;
      bindings_.put(user, std::move(device));
    }
  }
}

sip::Response Registrar::accept(const sip::Request& request, const std::string& user, const RegisterWish& wish,
                                const sip::Flow& flow) {
  sip::Response response = sip::make_response(request, 200, random_.token(sip::kTagLength));
  for (const Binding& binding : bindings_.find(user)) response.add(list(binding, supports(request, "gruu")));
  if (const auto* update = std::get_if<Update>(&wish)) {
    // RFC 3327 section 5.3: so the device sees who has put himself in between.
    for (const sip::Path& hop : update->path) response.add(hop);
    const bool lasts = std::any_of(update->wishes.begin(), update->wishes.end(),
                                   [](const auto& one) { return one.expires > seconds{0}; });
    if (lasts && update->has_flows && supports(request, "outbound")) confirm_flow(request, flow, response);
  }
  response.add(HeaderName::Date, sip::http_date(wall_clock_()));
  return response;
}

sip::Contact Registrar::list(const Binding& binding, bool with_gruus) {
  sip::Contact contact;
  contact.uri = binding.contact;
  contact.parameters = binding.parameters;
  const auto left = std::chrono::ceil<seconds>(binding.expires - timers_.now());
  contact.parameters.set("expires", fmt::format("{}", left.count()));
  const auto gruu = with_gruus ? public_gruu(binding) : std::nullopt;
  if (gruu) {
    contact.parameters.set("pub-gruu", gruu->text());
    contact.parameters.set("temp-gruu", temporary_gruu(binding, seal_, random_).text());
  }
  return contact;
}

/// RFC 5626 section 6: "the registrar MUST include the 'outbound' option-tag in a Require header field".
void Registrar::confirm_flow(const sip::Request& request, const sip::Flow& flow, sip::Response& response) const {
  response.add(HeaderName::Require, "outbound");
  // Behind a proxy it is the proxy that watches the flow.
  const bool is_first_hop = request.values(HeaderName::Via).size() == 1;
  if (const auto timer = flow_timer(flow.kind); timer && is_first_hop) {
    response.add("Flow-Timer", fmt::format("{}", timer->count()));
  }
  if (const auto route = service_route(request, flow, seal_)) response.add(*route);
}

sip::Response Registrar::refuse(const sip::Request& request, int status, std::string_view reason) {
  sip::Response response = sip::make_response(request, status, random_.token(sip::kTagLength), reason);
  if (status == 423) {
    response.add(HeaderName::MinExpires, fmt::format("{}", settings_.min_expires.count()));
  }
  return response;
}

std::size_t Registrar::adopt_connection(std::string_view user, const sip::Request& request, const sip::Flow& flow) {
  const bool is_stream = flow.kind == sip::TransportKind::Tcp || flow.kind == sip::TransportKind::Tls;
  if (!is_stream || flow.connection == sip::ConnectionId{0}) return 0;
  const auto via = request.get<sip::Via>();
  if (!via || !via->parameters.has("alias")) return 0;
  const std::uint16_t port = via->port.value_or(flow.kind == sip::TransportKind::Tls ? 5061 : 5060);
  return bindings_.adopt_connection(std::string(user), flow, {flow.remote.address, port});
}

std::vector<Device> Registrar::find_devices(std::string_view user) const {
  return group_by_device(bindings_.find(user));
}

std::optional<Device> Registrar::find_device(const sip::Uri& uri) const {
  const auto incarnation = read_temporary_gruu(uri, seal_);
  auto bindings = incarnation ? bindings_.find(*incarnation) : bindings_.find(uri.user);
  if (!incarnation) {
    std::erase_if(bindings, [&](const Binding& binding) { return !names_instance_of(uri, binding); });
  }
  if (bindings.empty()) return std::nullopt;
  return group_by_device(std::move(bindings)).front();
}

std::optional<sip::Uri> Registrar::unveil(const sip::Uri& uri) const {
  if (!read_temporary_gruu(uri, seal_)) return std::nullopt;
  const auto device = find_device(uri);
  return device ? public_gruu(device->flows.front()) : std::nullopt;
}

}  // namespace webcalling::registrar
