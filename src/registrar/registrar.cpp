#include "registrar/registrar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sip/message/headers.hpp"

namespace webcalling::registrar {
namespace {

using std::chrono::seconds;

constexpr std::size_t kTagLength = 12;
constexpr Duration kLostMemory = 1min;

/// RFC 5626 section 6: a device that names its instance is known by that and its reg-id, any other by its address (RFC
/// 3261 section 10.3 step 7).
bool is_same_device(const Binding& a, const Binding& b) {
  if (!a.instance.empty() && !b.instance.empty()) return a.instance == b.instance && a.reg_id == b.reg_id;
  return a.contact.equivalent(b.contact);
}

/// Where requests to a device go. Behind a NAT its Contact names an address of no use here: the source of its REGISTER
/// is the way. A Contact with the very address that the REGISTER came from is true, port included: the device sends
/// from one port and listens on another.
sip::Flow way_to(const sip::Contact& contact, sip::Flow flow) {
  if (flow.kind != sip::TransportKind::Udp) return flow;
  const auto address = IpAddress::parse(contact.uri.host);
  if (address && *address == flow.remote.address) flow.remote.port = contact.uri.port.value_or(5060);
  return flow;
}

Binding describe(const sip::Contact& contact, const sip::Request& request, const sip::Flow& flow) {
  Binding binding;
  binding.contact = contact.uri;
  binding.parameters = contact.parameters;
  binding.parameters.remove("expires");
  binding.flow = way_to(contact, flow);
  binding.call_id = request.call_id();
  binding.cseq = request.get<sip::CSeq>().value_or(sip::CSeq{}).number;
  binding.user_agent = request.header(sip::HeaderName::UserAgent).value_or("");
  binding.instance = contact.parameters.get("+sip.instance").value_or("");
  binding.reg_id = contact.parameters.get("reg-id").value_or("");
  return binding;
}

}  // namespace

Registrar::Registrar(TimerQueue& timers, Random& random, WallClock wall_clock, Settings settings)
    : timers_(timers),
      random_(random),
      wall_clock_(std::move(wall_clock)),
      settings_(settings),
      delivery_(timers, [this] { deliver(); }) {}

sip::Response Registrar::handle(const sip::Request& request, std::string_view user, const sip::Flow& flow) {
  const auto to = request.get<sip::To>();
  // Section 10.3 steps 4 and 5: nobody registers in the name of somebody else.
  if (!to || to->uri.user != user) return refuse(request, 403, "Not Your Address");
  const auto wish = read_wish(request, settings_);
  if (!wish) return refuse(request, wish.error().status, wish.error().reason);

  const std::string name(user);
  Record& record = record_of(name);
  const auto cseq = request.get<sip::CSeq>().value_or(sip::CSeq{}).number;
  if (is_out_of_order(record, *wish, request.call_id(), cseq)) {
    settle(name);
    return refuse(request, 500, "CSeq Out Of Order");
  }
  if (std::holds_alternative<RemoveAll>(*wish)) {
    end_bindings(name, record, [](const Binding&) { return true; });
  }
  if (const auto* update = std::get_if<Update>(&*wish)) {
    for (const auto& [contact, expires] : update->wishes) {
      apply(record, name, describe(contact, request, flow), expires);
    }
  }
  sip::Response response = list_bindings(request, record);
  settle(name);
  return response;
}

bool Registrar::is_out_of_order(const Record& record, const RegisterWish& wish, std::string_view call_id,
                                std::uint32_t cseq) const {
  // The same number again is the same request again: repeating it does no harm.
  const auto is_newer = [&](const Binding& binding) { return binding.call_id == call_id && binding.cseq > cseq; };
  const auto is_meant = [&](const Binding& binding) {
    if (std::holds_alternative<RemoveAll>(wish)) return true;
    const auto* update = std::get_if<Update>(&wish);
    return update != nullptr && std::any_of(update->wishes.begin(), update->wishes.end(), [&](const auto& one) {
             return is_same_device(describe(one.contact, sip::Request{}, {}), binding);
           });
  };
  return std::any_of(record.bindings.begin(), record.bindings.end(),
                     [&](const Binding& binding) { return is_newer(binding) && is_meant(binding); });
}

void Registrar::apply(Record& record, const std::string& user, const Binding& device, seconds expires) {
  const auto same = [&](const Binding& binding) { return is_same_device(binding, device); };
  if (expires == seconds{0}) return end_bindings(user, record, same);

  const auto known = std::find_if(record.bindings.begin(), record.bindings.end(), same);
  const bool is_known = known != record.bindings.end();
  const bool is_refresh = is_known && known->flow == device.flow;
  if (is_known) record.bindings.erase(known);
  record.bindings.insert(record.bindings.begin(), device);
  record.bindings.front().expires = timers_.now() + expires;
  if (device.flow.connection != sip::ConnectionId{0}) users_of_connection_[device.flow.connection].insert(user);
  if (!is_refresh) {
    record.lost_at.reset();
    tell(Change::Registered, user, record.bindings.front());
  }
  if (record.bindings.size() > settings_.max_bindings) {
    tell(Change::Unregistered, user, record.bindings.back());
    record.bindings.pop_back();
  }
}

sip::Response Registrar::list_bindings(const sip::Request& request, const Record& record) {
  sip::Response response = sip::make_response(request, 200, random_.token(kTagLength));
  for (const Binding& binding : record.bindings) {
    sip::Contact contact;
    contact.uri = binding.contact;
    contact.parameters = binding.parameters;
    const auto left = std::chrono::ceil<seconds>(binding.expires - timers_.now());
    contact.parameters.set("expires", fmt::format("{}", left.count()));
    response.add(contact);
  }
  response.add(sip::HeaderName::Date, sip::http_date(wall_clock_()));
  return response;
}

sip::Response Registrar::refuse(const sip::Request& request, int status, std::string_view reason) {
  sip::Response response = sip::make_response(request, status, random_.token(kTagLength), reason);
  if (status == 423) {
    response.add(sip::HeaderName::MinExpires, fmt::format("{}", settings_.min_expires.count()));
  }
  return response;
}

std::vector<Binding> Registrar::find(std::string_view user) const {
  const auto record = records_.find(user);
  if (record == records_.end()) return {};
  std::vector<Binding> live;
  for (const Binding& binding : record->second.bindings) {
    if (binding.expires > timers_.now()) live.push_back(binding);
  }
  return live;
}

bool Registrar::recently_lost(std::string_view user, Duration within) const {
  const auto record = records_.find(user);
  if (record == records_.end() || !record->second.lost_at) return false;
  return timers_.now() - *record->second.lost_at < within;
}

void Registrar::remove_connection(sip::ConnectionId connection) {
  const auto users = users_of_connection_.extract(connection);
  if (users.empty()) return;
  for (const std::string& user : users.mapped()) {
    Record& record = record_of(user);
    const auto before = record.bindings.size();
    end_bindings(user, record, [&](const Binding& binding) { return binding.flow.connection == connection; });
    if (record.bindings.size() < before) record.lost_at = timers_.now();
    settle(user);
  }
}

void Registrar::remove_user(std::string_view user) {
  const std::string name(user);
  Record& record = record_of(name);
  end_bindings(name, record, [](const Binding&) { return true; });
  record.lost_at.reset();
  settle(name);
}

std::size_t Registrar::size() const {
  std::size_t count = 0;
  for (const auto& [user, record] : records_) count += record.bindings.size();
  return count;
}

Registrar::Record& Registrar::record_of(const std::string& user) {
  return records_.try_emplace(user, timers_, [this, user] { expire(user); }).first->second;
}

template <typename Predicate>
void Registrar::end_bindings(const std::string& user, Record& record, Predicate predicate) {
  std::erase_if(record.bindings, [&](const Binding& binding) {
    if (!predicate(binding)) return false;
    tell(Change::Unregistered, user, binding);
    return true;
  });
}

void Registrar::expire(const std::string& user) {
  Record& record = record_of(user);
  const TimePoint now = timers_.now();
  end_bindings(user, record, [now](const Binding& binding) { return binding.expires <= now; });
  if (record.lost_at && *record.lost_at + kLostMemory <= now) record.lost_at.reset();
  settle(user);
}

void Registrar::settle(const std::string& user) {
  Record& record = record_of(user);
  std::optional<TimePoint> next;
  if (record.lost_at) next = *record.lost_at + kLostMemory;
  for (const Binding& binding : record.bindings) next = std::min(next.value_or(binding.expires), binding.expires);
  if (next) {
    record.deadline.start(*next - timers_.now());
  } else {
    records_.erase(user);
  }
}

void Registrar::tell(Change change, const std::string& user, const Binding& binding) {
  if (listener_ == nullptr) return;
  events_.push_back({change, user, binding});
  if (!delivery_.running()) delivery_.start(0s);
}

void Registrar::deliver() {
  for (const Event& event : std::exchange(events_, {})) {
    switch (event.change) {
      case Change::Registered: listener_->on_registered(event.user, event.binding); break;
      case Change::Unregistered: listener_->on_unregistered(event.user, event.binding); break;
    }
  }
}

}  // namespace webcalling::registrar
