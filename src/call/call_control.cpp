#include "call/call_control.hpp"

#include <algorithm>
#include <string>

#include "call/application_call.hpp"
#include "call/capabilities.hpp"
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

void CallControl::receive_invite(const sip::Request& invite, const sip::Flow& flow, const CallerIdentity& caller) {
  const dialplan::Plan plan = dialplan_.resolve(invite.uri().user);
  if (const auto* ring = std::get_if<dialplan::RingExtension>(&plan)) {
    return ring_extension(ring->extension, invite, flow, caller);
  }
  if (const auto* run = std::get_if<dialplan::RunApplication>(&plan)) {
    return run_application(run->application, invite, flow, caller);
  }
  reject(invite, flow, caller, Cause::UnknownNumber);
}

void CallControl::ring_extension(const std::string& extension, const sip::Request& invite, const sip::Flow& flow,
                                 const CallerIdentity& caller) {
  std::vector<Destination> destinations = locator_.locate(extension, invite.uri());
  // Who calls the own extension means its other phones.
  const sip::Uri contact = invite.get<sip::Contact>().value_or(sip::Contact{}).uri;
  std::erase_if(destinations, [&](const Destination& destination) { return leads_to(destination, flow, contact); });
  if (destinations.empty()) return reject(invite, flow, caller, Cause::NotRegistered);
  const CallId id(++last_id_);
  auto call = std::make_unique<BridgedCall>(house_, settings_.bridged, id, caller);
  BridgedCall& started = *call;
  calls_.emplace(id, std::move(call));
  started.start(invite, flow, destinations);
  forget_finished_soon();
}

void CallControl::run_application(dialplan::Application application, const sip::Request& invite, const sip::Flow& flow,
                                  const CallerIdentity& caller) {
  const CallId id(++last_id_);
  auto call = std::make_unique<ApplicationCall>(house_, id, caller, make_application_(application));
  ApplicationCall& started = *call;
  calls_.emplace(id, std::move(call));
  started.start(invite, flow);
  forget_finished_soon();
}

void CallControl::reject(const sip::Request& invite, const sip::Flow& flow, const CallerIdentity& caller, Cause cause) {
  const auto transaction = house_.transactions.accept(invite, flow);
  auto response = sip::make_response(invite, sip_status(cause), house_.random.token(10));
  announce(response, house_.product);
  response.add(sip::HeaderName::Reason, reason_header(cause));
  house_.transactions.respond(transaction, response);
  on_record_({.id = CallId(++last_id_), .caller = caller.extension, .dialled = invite.uri().user, .cause = cause});
}

bool CallControl::receive_in_dialog(const sip::Request& request, const sip::Flow& flow) {
  const auto leg = house_.legs.find_dialog(std::string(request.call_id()), request.to_tag());
  if (!leg) return false;
  leg->receive(request, flow);
  return true;
}

void CallControl::on_cancel(sip::ServerTransactionId invite) {
  if (const auto leg = house_.legs.find(invite)) leg->receive_cancel();
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

void CallControl::forget_finished_soon() { forget_.start(Duration::zero()); }

void CallControl::forget_finished() {
  std::erase_if(calls_, [&](const auto& entry) {
    if (!entry.second->finished()) return false;
    on_record_(entry.second->record());
    return true;
  });
}

}  // namespace webcalling::call
