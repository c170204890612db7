#include "call/call_control.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "call/application_call.hpp"
#include "call/leg/capabilities.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::call {
namespace {

/// Phones behind one proxy share its flow: there the address tells them apart.
bool leads_to(const Destination& destination, const sip::Flow& flow, const sip::Uri& contact) {
  const bool this_way =
      destination.flow == flow && (destination.route.empty() || destination.contact.equivalent(contact));
  return this_way || std::any_of(destination.alternatives.begin(), destination.alternatives.end(),
                                 [&](const Destination& other) { return leads_to(other, flow, contact); });
}

/// Who calls the own extension means its other phones.
void leave_out(RingOrder& order, const sip::Flow& flow, const sip::Uri& contact) {
  for (auto& group : order) {
    std::erase_if(group, [&](const Destination& destination) { return leads_to(destination, flow, contact); });
  }
  std::erase_if(order, [](const auto& group) { return group.empty(); });
}

Party foreign_party(const sip::Uri& target) {
  return {.extension = target.user, .display_name = target.aor(), .domain = target.host};
}

}  // namespace

CallControl::CallControl(Surroundings surroundings, const dialplan::Dialplan& dialplan, Locator& locator,
                         MakeApplication make_application, OnRecord on_record, Settings settings)
    : house_(std::move(surroundings)),
      dialplan_(dialplan),
      locator_(locator),
      make_application_(std::move(make_application)),
      on_record_(std::move(on_record)),
      settings_(settings),
      forget_(house_.timers, [this] { forget_finished(); }) {
  house_.legs.set_on_dialog_removed([this] { forget_finished_soon(); });
}

CallControl::~CallControl() {
  house_.legs.set_on_dialog_removed([] {});
}

void CallControl::receive_invite(const sip::Request& invite, const sip::Flow& flow, const Party& caller) {
  if (invite.has(sip::HeaderName::Replaces)) return receive_replacing(invite, flow, caller);
  Route found = route(invite.uri(), caller);
  if (auto* phones = std::get_if<RingPhones>(&found)) {
    leave_out(phones->order, flow, invite.get<sip::Contact>().value_or(sip::Contact{}).uri);
    if (phones->order.empty()) return reject(invite, flow, caller, Cause::NotRegistered);
    return add<BridgedCall>(switchboard(), settings_.bridged).start(caller, invite, flow, *phones);
  }
  if (const auto* domain = std::get_if<RingDomain>(&found)) {
    return add<BridgedCall>(switchboard(), settings_.bridged).start(caller, invite, flow, *domain);
  }
  if (const auto* run = std::get_if<dialplan::RunApplication>(&found)) {
    return add<ApplicationCall>(make_application_(run->application)).start(caller, invite, flow);
  }
  reject(invite, flow, caller, std::get<NoRoute>(found).cause);
}

void CallControl::revive(const KeptCall& kept, TimePoint answered) {
  // Nobody is waited for, and who is there cannot be known.
  if (house_.reconnect == Duration::zero()) return;
  const auto legs = add<BridgedCall>(switchboard(), settings_.bridged).revive(kept, answered);
  revived_.insert(revived_.end(), legs.begin(), legs.end());
}

void CallControl::on_registered(std::string_view extension, const sip::Uri& contact, const sip::Flow& flow) {
  std::erase_if(revived_, [](const auto& leg) { return leg.expired(); });
  // By copy: whoever comes back changes calls.
  for (const auto& weak : std::vector(revived_)) {
    const auto leg = weak.lock();
    if (leg && leg->party().extension == extension) leg->on_registered(contact, flow);
  }
}

Route CallControl::route(const sip::Uri& target, const Party& on_behalf_of) {
  // Whom we have called somewhere else sends nobody anywhere (ATTACKS S35).
  if (on_behalf_of.is_foreign()) return NoRoute{Cause::Forbidden};
  if (locator_.is_foreign(target)) return RingDomain{foreign_party(target), target};
  const sip::Uri known = locator_.unveil(target);
  const dialplan::Plan plan = dialplan_.resolve(known.user);
  if (const auto* run = std::get_if<dialplan::RunApplication>(&plan)) return *run;
  const auto* ring = std::get_if<dialplan::RingExtension>(&plan);
  if (ring == nullptr) return NoRoute{Cause::UnknownNumber};
  RingOrder order = locator_.locate(ring->extension, known);
  if (order.empty()) return NoRoute{Cause::NotRegistered};
  return RingPhones{locator_.describe(ring->extension), std::move(order)};
}

// RFC 3891 section 3.
void CallControl::receive_replacing(const sip::Request& invite, const sip::Flow& flow, const Party& caller) {
  const auto replaces = invite.get<sip::Replaces>();
  if (!replaces) return refuse(invite, flow, 400);
  const Part part = find(*replaces);
  if (!part.leg) return refuse(invite, flow, 481);
  if (part.leg->confirmed()) {
    if (replaces->early_only) return refuse(invite, flow, 486);
    // A call goes from one phone to another of the same extension; nobody takes a stranger's out of the receiver's
    // hand.
    if (part.leg->party().extension != caller.extension) return refuse(invite, flow, 403);
  } else if (dynamic_cast<OutgoingLeg*>(part.leg.get()) == nullptr) {
    // "If the Replaces header field matches an early dialog that was not initiated by this UA, it returns a 481".
    return refuse(invite, flow, 481);
  }
  part.call->take_over(*part.leg, caller, invite, flow);
  forget_finished_soon();
}

Switchboard::Part CallControl::find(const sip::Replaces& dialog) {
  auto leg = house_.legs.find_dialog(dialog.call_id, dialog.to_tag);
  const bool is_meant = leg && leg->has_dialog(dialog.call_id, dialog.from_tag);
  if (!is_meant) return {};
  for (const auto& [id, call] : calls_) {
    if (call->has(*leg)) return {std::move(leg), call.get()};
  }
  return {};
}

void CallControl::connect_with_application(const dialplan::RunApplication& run, const std::shared_ptr<Leg>& leg) {
  add<ApplicationCall>(make_application_(run.application)).start(leg, run.number);
}

template <typename SomeCall, typename... Args>
SomeCall& CallControl::add(Args&&... args) {
  // Whatever becomes of it, a look for calls that are over follows.
  forget_finished_soon();
  const CallId id(++last_id_);
  auto call = std::make_unique<SomeCall>(house_, id, std::forward<Args>(args)...);
  SomeCall& added = *call;
  calls_.emplace(id, std::move(call));
  return added;
}

void CallControl::reject(const sip::Request& invite, const sip::Flow& flow, const Party& caller, Cause cause) {
  const auto transaction = house_.transactions.accept(invite, flow);
  auto response = sip::make_response(invite, sip_status(cause), house_.random.token(10));
  announce(response, house_.product);
  response.add(sip::HeaderName::Reason, reason_header(cause));
  house_.transactions.respond(transaction, response);
  on_record_({.id = CallId(++last_id_),
              .caller = caller,
              .dialled = invite.uri().user,
              .call_id = std::string(invite.call_id()),
              .cause = cause});
}

void CallControl::refuse(const sip::Request& invite, const sip::Flow& flow, int status) {
  const auto transaction = house_.transactions.accept(invite, flow);
  auto response = sip::make_response(invite, status, house_.random.token(10));
  announce(response, house_.product);
  house_.transactions.respond(transaction, response);
}

bool CallControl::receive_in_dialog(const sip::Request& request, const sip::Flow& flow) {
  const auto leg = house_.legs.find_dialog(std::string(request.call_id()), request.to_tag());
  if (!leg) return false;
  leg->receive(request, flow);
  return true;
}

std::optional<CallControl::Conversation> CallControl::find_conversation(const sip::Request& request) const {
  const auto leg = house_.legs.find_dialog(std::string(request.call_id()), request.to_tag());
  if (!leg || !leg->has_dialog_with(request.from_tag())) return std::nullopt;
  for (const auto& [id, call] : calls_) {
    if (!call->has(*leg)) continue;
    const auto partner = call->partner_of(*leg);
    if (!partner) return std::nullopt;
    return Conversation{.speaker = leg->party(), .listener = *partner};
  }
  return std::nullopt;
}

void CallControl::on_cancel(sip::ServerTransactionId invite, const sip::Request& cancel) {
  if (const auto leg = house_.legs.find(invite)) leg->receive_cancel({Cause::Cancelled, read_reason(cancel)});
}

void CallControl::on_server_failure(sip::ServerTransactionId transaction) {
  if (const auto leg = house_.legs.find(transaction)) leg->on_server_failure(transaction);
}

void CallControl::on_connection_lost(sip::ConnectionId connection) {
  for (const auto& [id, call] : calls_) call->on_connection_lost(connection);
}

void CallControl::on_media_event(media::LegId media, const media::LegEvent& event) {
  if (const auto leg = house_.legs.find(media)) leg->receive(event);
}

void CallControl::hang_up_all(Cause cause) {
  for (const auto& [id, call] : calls_) call->hang_up(cause);
}

void CallControl::forget_finished_soon() {
  // All are looked at, some 100 ns each: where they are many this waits, so that it takes a hundredth of the time at
  // most however many end.
  constexpr std::size_t kFew = 100;
  constexpr Duration kPauseForEach = 10us;
  if (forget_.running()) return;
  forget_.start(calls_.size() <= kFew ? Duration::zero() : static_cast<Duration::rep>(calls_.size()) * kPauseForEach);
}

void CallControl::forget_finished() {
  std::erase_if(calls_, [&](const auto& entry) {
    if (!entry.second->finished()) return false;
    on_record_(entry.second->record());
    return true;
  });
}

}  // namespace webcalling::call
