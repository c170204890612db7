#include "pbx/pbx.hpp"

#include <algorithm>

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
    case dialplan::Application::Music: return std::make_unique<apps::Music>();
  }
  return nullptr;
}

/// Methods that a peer may use outside a dialog.
bool is_served(sip::Method method) {
  switch (method) {
    case sip::Method::Invite:
    case sip::Method::Register:
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

/// For people.
double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

Pbx::Pbx(Outside outside, Settings settings)
    : outside_(outside),
      settings_(with_key(std::move(settings), outside.random)),
      transactions_(outside.timers, outside.random, outside.sender),
      authenticator_(outside.timers, outside.random,
                     [this](std::string_view user) -> std::optional<sip::Ha1> {
                       const auto account = outside_.accounts.find(user);
                       if (!account) return std::nullopt;
                       return account->ha1;
                     },
                     {.realm = settings_.realm}),
      own_routes_(*settings_.seal_key, settings_.names),
      foreign_domains_(outside.timers, outside.random, outside.sender, outside.dns,
                       {.allowed = settings_.foreign_domains, .own_names = settings_.names}),
      registrar_(outside.timers, outside.random, outside.wall_clock, settings_.registrar, settings_.seal_key),
      message_waiting_(outside.random, transactions_, settings_.product),
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
           .encryption = settings_.encryption},
          dialplan_, *this, make_application,
          [&log = outside.log](const call::CallRecord& record) { note_record(log, record); }, settings_.calls) {
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
  // First the calls: what they give up is no failure of theirs any more.
  calls_.on_connection_lost(flow.connection);
  transactions_.on_transport_failure(flow);
}

void Pbx::on_request(const sip::Request& request, const sip::Flow& flow) {
  if (request.has(sip::HeaderName::Route)) return receive_routed(request, flow);
  if (!request.to_tag().empty()) return receive_in_dialog(request, flow);
  if (request.method() == sip::Method::Ack) return;
  if (!is_served(request.method())) return refuse_method(request, flow);
  // Says nothing about anybody: the same for every Request-URI (ATTACKS S33).
  if (request.method() == sip::Method::Options) return answer_options(request, flow);
  const auto forwards = request.get<sip::MaxForwards>();
  if (forwards && forwards->value == 0) return refuse(request, flow, 483);

  const auto verdict = authenticator_.verify(request);
  if (const auto* accepted = std::get_if<sip::Authenticator::Accepted>(&verdict)) {
    return receive_authenticated(request, flow, accepted->user);
  }
  if (const auto* malformed = std::get_if<sip::Authenticator::Malformed>(&verdict)) {
    return refuse(request, flow, 400, malformed->reason);
  }
  const auto& challenged = std::get<sip::Authenticator::Challenge>(verdict);
  if (challenged.failed) {
    outside_.log.warning("{} from {}: wrong password or unknown extension '{}'", request.method_text(),
                         flow.remote.text(), challenged.user);
  }
  challenge(request, flow, challenged.stale);
}

void Pbx::answer_options(const sip::Request& request, const sip::Flow& flow) {
  if (const auto refusal = call::refuse_unsupported(request, response_to(request, 420))) {
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
  if (calls_.receive_in_dialog(request, flow) || request.method() == sip::Method::Ack) return;
  refuse(request, flow, 481);
}

void Pbx::receive_authenticated(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  if (const auto refusal = call::refuse_unsupported(request, response_to(request, 420))) {
    return transactions_.reply_statelessly(request, flow, *refusal);
  }
  registrar_.adopt_connection(user, request, flow);
  if (request.method() == sip::Method::Register) return receive_register(request, flow, user);
  receive_invite(request, flow, user);
}

void Pbx::receive_register(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  const auto transaction = transactions_.accept(request, flow);
  sip::Response response = registrar_.handle(request, user, flow);
  call::announce(response, settings_.product);
  transactions_.respond(transaction, response);
}

void Pbx::receive_invite(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  // Nobody calls in another's name (ATTACKS S1); who wants to hide the own one may.
  const auto from = request.get<sip::From>();
  if (from && from->uri.user != user && from->uri.user != "anonymous") {
    outside_.log.warning("INVITE from {}: {} may not call as '{}'", flow.remote.text(), user, from->uri.user);
    return refuse(request, flow, 403, "From names another extension");
  }
  if (!accepts_descriptions(request)) return refuse(request, flow, 406);
  call::Party caller = describe(user);
  caller.withheld = sip::wants_privacy(request) || (from && from->uri.user == "anonymous");
  // What was dialled is to be known by its extension, in records as well.
  sip::Request known = request;
  sip::Uri target = unveil(request.uri());
  // The name by which the caller knows us is one of ours.
  if (from && ascii::equals_ignoring_case(target.host, from->uri.host)) target.host = flow.local.address.text();
  known.set_uri(target);
  calls_.receive_invite(known, flow, caller);
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
}

void Pbx::on_unregistered(const std::string& user, const registrar::Binding& binding) {
  outside_.log.info("{} is no longer registered from {}", user, binding.flow.remote.text());
}

void Pbx::challenge(const sip::Request& request, const sip::Flow& flow, bool stale) {
  // A registrar is a user agent server; towards calls we stand where a proxy stands, and the reference challenges so as
  // well.
  auto response = response_to(request, request.method() == sip::Method::Register ? 401 : 407);
  authenticator_.challenge(request, response, stale);
  transactions_.reply_statelessly(request, flow, response);
}

void Pbx::refuse(const sip::Request& request, const sip::Flow& flow, int status, std::string_view reason) {
  transactions_.reply_statelessly(request, flow, response_to(request, status, reason));
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

void Pbx::note_record(const Log& log, const call::CallRecord& record) {
  log.info("Call {}: {} -> {}: {}, rang {:.1f} s, talked {:.1f} s", record.id.value(), record.caller, record.dialled,
           call::text(record.cause), seconds(record.ring_time), seconds(record.talk_time.value_or(Duration::zero())));
}

}  // namespace webcalling
