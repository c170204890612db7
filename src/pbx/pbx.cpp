#include "pbx/pbx.hpp"

#include <algorithm>

#include "apps/audio_check/audio_check.hpp"
#include "apps/echo/echo.hpp"
#include "apps/music/music.hpp"
#include "base/ascii.hpp"
#include "call/leg/capabilities.hpp"
#include "sip/message/call_headers.hpp"

namespace webcalling {
namespace {

std::unique_ptr<call::Application> make_application(dialplan::Application application) {
  switch (application) {
    case dialplan::Application::Echo: return std::make_unique<apps::Echo>();
    case dialplan::Application::AudioCheck: return std::make_unique<apps::AudioCheck>();
    case dialplan::Application::Music: return std::make_unique<apps::Music>();
  }
  return nullptr;
}

/// Methods that a peer may use outside a dialog.
bool is_served(sip::Method method) {
  switch (method) {
    case sip::Method::Invite:
    case sip::Method::Register:
    case sip::Method::Message:
    case sip::Method::Subscribe:
    case sip::Method::Publish:
    case sip::Method::Options: return true;
    default: return false;
  }
}

/// RFC 3261 section 20.1: whoever says nothing takes a session description, whoever lists something only what is
/// listed.
bool accepts_descriptions(const sip::Request& request) {
  if (!request.has(sip::HeaderName::Accept)) return true;
  const auto ranges = request.values(sip::HeaderName::Accept);
  return std::any_of(ranges.begin(), ranges.end(), [](std::string_view range) {
    const auto type = ascii::trim(ascii::take_until(range, ';'));
    return type == "*/*" || ascii::equals_ignoring_case(type, "application/*") ||
           ascii::equals_ignoring_case(type, "application/sdp");
  });
}

/// In whose name somebody comes who has not authenticated; empty if he hides it.
std::string claimed_extension(const sip::Request& request) {
  if (request.method() == sip::Method::Register) {
    const auto to = request.get<sip::To>();
    return to ? to->uri.user : std::string();
  }
  const auto from = request.get<sip::From>();
  return from && from->uri.user != "anonymous" ? from->uri.user : std::string();
}

Pbx::Settings with_key(Pbx::Settings settings, Random& random) {
  if (!settings.seal_key) settings.seal_key = sip::Seal::draw_key(random);
  return settings;
}

call::Destination make_destination(const call::Party& party, const registrar::Binding& binding) {
  return {.contact = binding.contact,
          .flow = binding.flow,
          .party = party,
          .route = {binding.path.begin(), binding.path.end()}};
}

/// A phone that has several ways to it.
call::Destination make_destination(const call::Party& party, const registrar::Device& device) {
  auto destination = make_destination(party, device.flows.front());
  for (auto flow = device.flows.begin() + 1; flow != device.flows.end(); ++flow) {
    destination.alternatives.push_back(make_destination(party, *flow));
  }
  return destination;
}

std::vector<call::LegObserver*> with_first(call::LegObserver& first, std::vector<call::LegObserver*> others) {
  others.insert(others.begin(), &first);
  return others;
}

/// For people.
double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

Pbx::Pbx(Outside outside, Settings settings)
    : outside_(outside),
      settings_(with_key(std::move(settings), outside.random)),
      gate_(outside.gate != nullptr ? *outside.gate : open_gate_),
      transactions_(outside.timers, outside.random, outside.sender),
      authenticator_(outside.timers, outside.random, [this](std::string_view username) { return find_login(username); },
                     {.realm = settings_.realm}),
      own_routes_(*settings_.seal_key, settings_.names),
      foreign_domains_(outside.timers, outside.random, outside.sender, outside.dns,
                       {.allowed = settings_.foreign_domains, .own_names = settings_.names}),
      registrar_(outside.timers, outside.random, outside.wall_clock, settings_.registrar, settings_.seal_key),
      message_waiting_(outside.random, transactions_, settings_.product),
      events_({.timers = outside.timers,
               .random = outside.random,
               .transactions = transactions_,
               .log = outside.log,
               .announce = [this](sip::Message& message) { call::announce(message, settings_.product); }},
              settings_.events, registrar_, outside.accounts),
      call_watch_(events_.dialogs()),
      observers_(with_first(call_watch_, outside_.observers)),
      dialplan_(outside.accounts),
      calls_(
          {.timers = outside.timers,
           .random = outside.random,
           .transactions = transactions_,
           .media = outside.media,
           .legs = legs_,
           .log = outside.log,
           .product = settings_.product,
           .session = settings_.session,
           .encryption = settings_.encryption,
           .reconnect = settings_.reconnect,
           .observer = &observers_,
           .keeper = outside_.call_keeper},
          dialplan_, *this, make_application, [this](const call::CallRecord& record) { note_record(record); },
          settings_.calls),
      messenger_({.timers = outside.timers,
                  .random = outside.random,
                  .transactions = transactions_,
                  .locator = *this,
                  .dialplan = dialplan_,
                  .log = outside.log,
                  .wall_clock = outside.wall_clock,
                  .product = settings_.product},
                 settings_.messages) {
  transactions_.set_user(*this);
  registrar_.set_listener(*this);
}

Pbx::~Pbx() = default;

void Pbx::receive(std::string_view message, const sip::Flow& flow) { transactions_.receive(message, flow); }

void Pbx::receive_malformed(std::string_view head, const Error& error, const sip::Flow& flow) {
  transactions_.receive_malformed(head, error, flow);
}

void Pbx::on_transport_failure(const sip::Flow& flow) { transactions_.on_transport_failure(flow); }

void Pbx::on_connection_closed(const sip::Flow& flow) {
  registrar_.remove_connection(flow.connection);
  events_.remove_connection(flow.connection);
  // First the calls: what they give up is no failure of theirs any more.
  calls_.on_connection_lost(flow.connection);
  transactions_.on_transport_failure(flow);
}

void Pbx::revive(const call::KeptCall& call) {
  const WallTime now = outside_.wall_clock();
  const auto age = std::max(now - call.connected.value_or(now), WallTime::duration::zero());
  calls_.revive(call, outside_.timers.now() - age);
}

void Pbx::hang_up_all() {
  calls_.hang_up_all(call::Cause::Shutdown);
  events_.end_all();
}

void Pbx::forget(const std::string& extension, account::AccountChange change) {
  if (outside_.sessions != nullptr) outside_.sessions->forget(extension);
  registrar_.remove_user(extension);
  events_.remove_user(extension, change);
  if (change == account::AccountChange::Removed) messenger_.forget(extension);
}

std::optional<sip::Authenticator::Login> Pbx::find_login(std::string_view username) {
  // First the accounts: what has changed there may end sessions.
  if (auto account = outside_.accounts.find(username)) {
    return sip::Authenticator::Login{.user = std::move(account->extension), .ha1 = std::move(account->ha1)};
  }
  return outside_.sessions != nullptr ? outside_.sessions->find_login(username) : std::nullopt;
}

void Pbx::on_request(const sip::Request& request, const sip::Flow& flow) {
  if (!gate_.admit_agent(flow, request.header(sip::HeaderName::UserAgent).value_or(""))) return;
  const bool is_too_deep = request.method() != sip::Method::Ack && sip::body_depth(request) > settings_.body_depth;
  if (is_too_deep) return refuse(request, flow, 513, "Bodies Stand Too Deep In One Another");
  if (request.has(sip::HeaderName::Route)) return receive_routed(request, flow);
  if (!request.to_tag().empty()) return receive_in_dialog(request, flow);
  if (request.method() == sip::Method::Ack) return;
  if (!is_served(request.method())) return refuse_method(request, flow);
  // Says nothing about anybody: the same for every Request-URI (ATTACKS S33).
  if (request.method() == sip::Method::Options) return answer_options(request, flow);
  const auto forwards = request.get<sip::MaxForwards>();
  if (forwards && forwards->value == 0) return refuse(request, flow, 483);

  const auto verdict = authenticator_.verify(request, flow.remote.address);
  if (const auto* accepted = std::get_if<sip::Authenticator::Accepted>(&verdict)) {
    gate_.on_authenticated(flow);
    return receive_authenticated(request, flow, accepted->user);
  }
  if (const auto* malformed = std::get_if<sip::Authenticator::Malformed>(&verdict)) {
    return refuse(request, flow, 400, malformed->reason);
  }
  receive_unauthenticated(request, flow, std::get<sip::Authenticator::Challenge>(verdict));
}

void Pbx::receive_unauthenticated(const sip::Request& request, const sip::Flow& flow,
                                  const sip::Authenticator::Challenge& why) {
  const bool is_there = why.nonce_is_ours || sip::is_reliable(flow.kind);
  if (why.failed) {
    outside_.log.warning("{} from {}: wrong password or unknown extension '{}'", request.method_text(),
                         flow.remote.text(), why.user);
    gate_.on_offence(flow, Gate::Offence::WrongPassword, why.user, is_there);
  } else if (const std::string claimed = claimed_extension(request);
             !claimed.empty() && !outside_.accounts.has_extension(claimed)) {
    gate_.on_offence(flow, Gate::Offence::UnknownExtension, claimed, is_there);
  }
  // The same answer in any case (ATTACKS S33).
  challenge(request, flow, why.stale);
}

void Pbx::answer_options(const sip::Request& request, const sip::Flow& flow) {
  if (const auto refusal = call::refuse_unsupported(request, [&] { return response_to(request, 420); })) {
    return transactions_.reply_statelessly(request, flow, *refusal);
  }
  refuse(request, flow, 200);
}

void Pbx::receive_routed(sip::Request request, const sip::Flow& flow) {
  const auto refusal = own_routes_.take_off(request, flow);
  if (!refusal) return on_request(request, flow);
  outside_.log.debug("{} from {}: {}", request.method_text(), flow.remote.text(), refusal->reason);
  refuse(request, flow, refusal->status, refusal->reason);
}

void Pbx::receive_in_dialog(const sip::Request& request, const sip::Flow& flow) {
  if (request.method() == sip::Method::Message) {
    // Who writes within a call means the other side, whatever phone that uses for it.
    const auto talk = calls_.find_conversation(request);
    if (talk) return messenger_.receive(talk->listener.extension, request, flow, talk->speaker);
  }
  if (calls_.receive_in_dialog(request, flow) || events_.receive_in_dialog(request, flow)) return;
  if (request.method() == sip::Method::Ack) return;
  refuse(request, flow, 481);
}

void Pbx::receive_authenticated(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  if (!gate_.admit_transaction(flow)) return refuse_for_now(request, flow);
  if (const auto refusal = call::refuse_unsupported(request, [&] { return response_to(request, 420); })) {
    return transactions_.reply_statelessly(request, flow, *refusal);
  }
  registrar_.adopt_connection(user, request, flow);
  switch (request.method()) {
    case sip::Method::Register: return receive_register(request, flow, user);
    case sip::Method::Message: return receive_message(request, flow, user);
    case sip::Method::Subscribe:
    case sip::Method::Publish: return receive_event(request, flow, user);
    default: return receive_invite(request, flow, user);
  }
}

void Pbx::receive_register(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  const auto transaction = transactions_.accept(request, flow);
  sip::Response response = registrar_.handle(request, user, flow);
  call::announce(response, settings_.product);
  transactions_.respond(transaction, response);
  if (response.is_success()) welcome(user);
}

void Pbx::welcome(const std::string& user) {
  for (const registrar::Device& device : registrar_.find_devices(user)) {
    const registrar::Binding& newest = device.flows.front();
    if (newest.refreshed != outside_.timers.now()) continue;
    calls_.on_registered(user, newest.contact, newest.flow);
    return messenger_.on_registered(user, make_destination(describe(user), device));
  }
}

std::optional<call::Party> Pbx::sender_of(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  // Nobody calls or writes in another's name (ATTACKS S1); who wants to hide the own one may.
  const auto from = request.get<sip::From>();
  if (from && from->uri.user != user && from->uri.user != "anonymous") {
    outside_.log.warning("{} from {}: {} may not call itself '{}'", request.method_text(), flow.remote.text(), user,
                         from->uri.user);
    // Its credentials are used up: what repeats it must find this answer, not another challenge.
    transactions_.respond(transactions_.accept(request, flow),
                          response_to(request, 403, "From names another extension"));
    return std::nullopt;
  }
  call::Party sender = describe(user);
  sender.withheld = sip::wants_privacy(request) || (from && from->uri.user == "anonymous");
  return sender;
}

void Pbx::receive_message(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  const auto sender = sender_of(request, flow, user);
  if (sender) messenger_.receive(unveil(request.uri()).user, request, flow, *sender);
}

void Pbx::receive_invite(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  const auto caller = sender_of(request, flow, user);
  if (!caller) return;
  if (!accepts_descriptions(request)) return refuse(request, flow, 406);
  // What was dialled is to be known by its extension, in records as well.
  sip::Request known = request;
  sip::Uri target = unveil(request.uri());
  // The name by which the caller knows us is one of ours.
  const auto from = request.get<sip::From>();
  if (from && ascii::equals_ignoring_case(target.host, from->uri.host)) target.host = flow.local.address.text();
  known.set_uri(target);
  if (!is_foreign(target) && std::holds_alternative<dialplan::UnknownNumber>(dialplan_.resolve(target.user))) {
    gate_.on_offence(flow, Gate::Offence::UnknownNumber, known.uri().user, true);
  }
  Gate::Ticket ticket = gate_.admit_call(flow);
  if (ticket == nullptr) return refuse_for_now(request, flow);
  const call::CallId before = calls_.last_id();
  calls_.receive_invite(known, flow, *caller);
  const call::CallId begun = calls_.last_id();
  if (begun != before && calls_.has(begun)) call_tickets_.emplace(begun, std::move(ticket));
}

void Pbx::receive_event(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  const auto from = request.get<sip::From>();
  if (!from || from->uri.user != user) {
    const auto refusal = response_to(request, 403, "From names another extension");
    return transactions_.respond(transactions_.accept(request, flow), refusal);
  }
  sip::Request known = request;
  known.set_uri(unveil(request.uri()));
  events_.receive(known, flow, user);
}

void Pbx::on_cancel(sip::ServerTransactionId invite, const sip::Request& cancel) { calls_.on_cancel(invite, cancel); }

void Pbx::on_server_failure(sip::ServerTransactionId transaction) { calls_.on_server_failure(transaction); }

call::RingOrder Pbx::locate(std::string_view extension, const sip::Uri& target) {
  const call::Party party = describe(extension);
  if (target.parameters.has("gr")) {
    const auto device = registrar_.find_device(target);
    if (!device) return {};
    return {{make_destination(party, *device)}};
  }
  call::RingOrder order;
  std::optional<sip::QValue> q;
  for (const registrar::Device& device : registrar_.find_devices(extension)) {
    if (q != device.q) order.emplace_back();
    q = device.q;
    order.back().push_back(make_destination(party, device));
  }
  return order;
}

bool Pbx::is_foreign(const sip::Uri& target) {
  if (!foreign_domains_.is_allowed(target)) return false;
  // A GRUU is of the domain that its phone has put there.
  return !target.parameters.has("gr") || !registrar_.find_device(target);
}

sip::Uri Pbx::unveil(const sip::Uri& target) { return registrar_.unveil(target).value_or(target); }

call::Party Pbx::describe(std::string_view extension) {
  const auto account = outside_.accounts.find(extension);
  call::Party party{.extension = std::string(extension),
                    .display_name = account ? account->display_name : std::string{}};
  if (party.display_name.empty()) party.display_name = extension;
  return party;
}

void Pbx::on_registered(const std::string& user, const registrar::Binding& binding) {
  outside_.log.info("{} registered from {} over {}", user, binding.flow.remote.text(), sip::text(binding.flow.kind));
  message_waiting_.notify(user, binding);
  events_.note_registration(user);
}

void Pbx::on_unregistered(const std::string& user, const registrar::Binding& binding) {
  outside_.log.info("{} is no longer registered from {}", user, binding.flow.remote.text());
  events_.note_registration(user);
}

void Pbx::challenge(const sip::Request& request, const sip::Flow& flow, bool stale) {
  // Whoever keeps registrations, messages and events is a user agent server; towards calls we stand where a proxy
  // stands, and the reference challenges so as well.
  const bool is_proxy = request.method() == sip::Method::Invite;
  auto response = response_to(request, is_proxy ? 407 : 401);
  authenticator_.challenge(request, response, stale, flow.remote.address);
  transactions_.reply_statelessly(request, flow, response);
}

void Pbx::refuse(const sip::Request& request, const sip::Flow& flow, int status, std::string_view reason) {
  transactions_.reply_statelessly(request, flow, response_to(request, status, reason));
}

void Pbx::refuse_for_now(const sip::Request& request, const sip::Flow& flow) {
  auto response = response_to(request, 503, "Too Many Requests From Here");
  response.add(sip::HeaderName::RetryAfter, "5");
  transactions_.reply_statelessly(request, flow, response);
}

void Pbx::refuse_method(const sip::Request& request, const sip::Flow& flow) {
  // RFC 3261 section 21.5.2: 405 is for a method that is recognised.
  refuse(request, flow, request.method() == sip::Method::Other ? 501 : 405);
}

sip::Response Pbx::response_to(const sip::Request& request, int status, std::string_view reason) {
  auto response = sip::make_response(request, status, outside_.random.token(10), reason);
  call::announce(response, settings_.product);
  return response;
}

void Pbx::note_record(const call::CallRecord& record) {
  call_tickets_.erase(record.id);
  outside_.log.info("Call {}: {} -> {}: {}, rang {:.1f} s, talked {:.1f} s", record.id.value(), record.caller.extension,
                    record.dialled, call::text(record.cause), seconds(record.ring_time),
                    seconds(record.talk_time.value_or(Duration::zero())));
  outside_.on_record(record);
}

}  // namespace webcalling
