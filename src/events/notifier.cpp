#include "events/notifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sip/dialog/local_contact.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/tag.hpp"

namespace webcalling::events {
namespace {

using std::chrono::seconds;

/// How the subscriber names the extension: what is told bears the same name.
sip::Uri entity_of(const sip::Request& subscribe, const std::string& extension) {
  sip::Uri entity;
  entity.user = extension;
  entity.host = subscribe.uri().host;
  return entity;
}

}  // namespace

Notifier::Notifier(Surroundings surroundings, Settings settings)
    : house_(std::move(surroundings)), settings_(settings) {}

const Package* Notifier::find_package(std::string_view event) const {
  const auto found =
      std::find_if(packages_.begin(), packages_.end(), [&](const Package* one) { return one->event() == event; });
  return found == packages_.end() ? nullptr : *found;
}

void Notifier::receive(const sip::Request& subscribe, const sip::Flow& flow, const Parties& parties) {
  const auto wish = read_event_wish(subscribe, settings_);
  if (!wish) return refuse(subscribe, flow, wish.error());
  // RFC 3515 section 2.4.4: subscriptions to how a REFER goes are made by REFER alone.
  if (wish->event == "refer") return refuse(subscribe, flow, {403, "Only REFER Subscribes To This"});
  const Package* package = find_package(wish->event);
  if (package == nullptr) return refuse(subscribe, flow, {489, {}});
  if (!parties.exists) return refuse(subscribe, flow, {404, {}});
  if (package->audience() == Audience::Oneself && parties.watcher != parties.extension) {
    return refuse(subscribe, flow, {403, "Not Your Address"});
  }
  if (!accepts(subscribe, package->body_type())) return refuse(subscribe, flow, {406, {}});
  auto dialog = sip::Dialog::from_request(subscribe, house_.random.token(sip::kTagLength), flow,
                                          sip::local_contact(parties.extension, flow));
  if (!dialog) return refuse(subscribe, flow, {400, dialog.error().text});

  make_room(parties.watcher);
  const sip::DialogId id = dialog->id();
  const auto subscription = std::make_shared<Subscription>(
      house_,
      Subscription::Setup{.watcher = parties.watcher,
                          .subject = {.extension = parties.extension,
                                      .entity = entity_of(subscribe, parties.extension),
                                      .is_own = parties.watcher == parties.extension},
                          .package = *package,
                          .event_id = wish->id,
                          .dialog = std::move(*dialog)},
      [this, id] {
        if (const auto over = table_.find_dialog(id)) table_.remove(*over);
      });
  auto ok = subscription->dialog().make_response(subscribe, 200);
  ok.add(sip::Expires{wish->expires});
  respond(subscribe, flow, std::move(ok));
  // RFC 6665 section 4.4.3: Expires 0 asks once.
  if (wish->expires == seconds{0}) return subscription->end(EndReason::Timeout);
  table_.add(subscription);
  subscription->extend(wish->expires);
}

void Notifier::make_room(const std::string& watcher) {
  if (table_.count_of(watcher) < settings_.max_subscriptions) return;
  const auto known = table_.of(watcher);
  const auto oldest = std::min_element(known.begin(), known.end(),
                                       [](const auto& a, const auto& b) { return a->refreshed() < b->refreshed(); });
  house_.log.warning("{} has {} subscriptions: the oldest ends", watcher, known.size());
  remove_over(**oldest, EndReason::Probation);
}

bool Notifier::receive_in_dialog(const sip::Request& request, const sip::Flow& flow) {
  const auto subscription = table_.find_dialog({std::string(request.call_id()), request.to_tag(), request.from_tag()});
  if (!subscription) return false;
  if (request.method() == sip::Method::Ack) return true;
  const sip::Flow before = subscription->dialog().flow();
  sip::Dialog& dialog = subscription->dialog();
  if (const auto in_order = dialog.receive(request, flow); !in_order) {
    respond(request, flow, dialog.make_response(request, in_order.error().kind == Error::Kind::Malformed ? 400 : 500));
    return true;
  }
  table_.move(*subscription, before);
  switch (request.method()) {
    case sip::Method::Subscribe: refresh(subscription, request, flow); return true;
    case sip::Method::Options: respond(request, flow, dialog.make_response(request, 200)); return true;
    default: respond(request, flow, dialog.make_response(request, 405)); return true;
  }
}

void Notifier::refresh(const std::shared_ptr<Subscription>& subscription, const sip::Request& subscribe,
                       const sip::Flow& flow) {
  const auto wish = read_event_wish(subscribe, settings_);
  if (!wish) return refuse(subscribe, flow, wish.error());
  // RFC 6665 section 4.5.1: one subscription per dialog.
  if (wish->event != subscription->package().event()) return refuse(subscribe, flow, {489, {}});
  if (wish->id != subscription->event_id()) return refuse(subscribe, flow, {481, {}});
  auto ok = subscription->dialog().make_response(subscribe, 200);
  ok.add(sip::Expires{wish->expires});
  respond(subscribe, flow, std::move(ok));
  if (wish->expires == seconds{0}) return remove_over(*subscription, EndReason::Timeout);
  subscription->extend(wish->expires);
}

void Notifier::note_change(std::string_view event, const std::string& extension) {
  for (const auto& subscription : table_.about(extension)) {
    if (subscription->package().event() == event) subscription->note_change();
  }
}

void Notifier::remove_connection(sip::ConnectionId connection) {
  for (const auto& subscription : table_.over(connection)) {
    subscription->forget();
    table_.remove(*subscription);
  }
}

void Notifier::remove_user(const std::string& extension, bool is_gone) {
  for (const auto& subscription : table_.of(extension)) {
    remove_over(*subscription, is_gone ? EndReason::Rejected : EndReason::Deactivated);
  }
  if (!is_gone) return;
  for (const auto& subscription : table_.about(extension)) remove_over(*subscription, EndReason::NoResource);
}

void Notifier::end_all() {
  // Not Deactivated: phones would subscribe again at once, to a server that is about to go.
  for (const auto& subscription : table_.all()) remove_over(*subscription, EndReason::Probation);
}

void Notifier::remove_over(const Subscription& subscription, EndReason reason) {
  const auto over = table_.find_dialog(subscription.dialog().id());
  if (!over) return;
  table_.remove(*over);
  over->end(reason);
}

void Notifier::respond(const sip::Request& request, const sip::Flow& flow, sip::Response response) {
  house_.announce(response);
  house_.transactions.respond(house_.transactions.accept(request, flow), response);
}

void Notifier::refuse(const sip::Request& request, const sip::Flow& flow, const sip::Rejection& rejection) {
  auto response = sip::make_response(request, rejection.status, house_.random.token(sip::kTagLength), rejection.reason);
  if (rejection.status == 423) {
    response.add(sip::HeaderName::MinExpires, fmt::format("{}", settings_.min_expires.count()));
  }
  // In a transaction: a repeated request, its credentials used up, would be challenged instead.
  respond(request, flow, std::move(response));
}

}  // namespace webcalling::events
