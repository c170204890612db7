#include "pbx/pbx.hpp"

#include "apps/echo/echo.hpp"
#include "apps/music/music.hpp"
#include "call/capabilities.hpp"
#include "sip/message/headers.hpp"

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

Pbx::Settings with_key(Pbx::Settings settings, Random& random) {
  if (!settings.seal_key) settings.seal_key = sip::Seal::draw_key(random);
  return settings;
}

/// Who requires one of these of a registrar gets it.
bool is_supported(std::string_view option, sip::Method method) {
  return method == sip::Method::Register && (option == "path" || option == "outbound" || option == "gruu");
}

call::Destination make_destination(std::string_view extension, const registrar::Binding& binding) {
  return {.contact = binding.contact,
          .flow = binding.flow,
          .extension = std::string(extension),
          .route = {binding.path.begin(), binding.path.end()}};
}

/// A phone that has several ways to it.
call::Destination make_destination(std::string_view extension, const registrar::Device& device) {
  auto destination = make_destination(extension, device.flows.front());
  for (auto flow = device.flows.begin() + 1; flow != device.flows.end(); ++flow) {
    destination.alternatives.push_back(make_destination(extension, *flow));
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
           .product = settings_.product},
          dialplan_, *this, make_application,
          [&log = outside.log](const call::CallRecord& record) { note_record(log, record); }, settings_.calls) {
  transactions_.set_user(*this);
  registrar_.set_listener(*this);
}

Pbx::~Pbx() = default;

void Pbx::receive(std::string_view message, const sip::Flow& flow) { transactions_.receive(message, flow); }

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
  if (!is_served(request.method())) return refuse(request, flow, 405);
  // Says nothing about anybody: the same for every Request-URI (ATTACKS S33).
  if (request.method() == sip::Method::Options) return refuse(request, flow, 200);
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
  auto required = request.values(sip::HeaderName::Require);
  std::erase_if(required, [&](std::string_view option) { return is_supported(option, request.method()); });
  if (!required.empty()) {
    // RFC 3261 section 8.2.2.3
    auto response = response_to(request, 420);
    for (const std::string_view option : required) response.add(sip::HeaderName::Unsupported, option);
    return transactions_.reply_statelessly(request, flow, response);
  }
  if (request.method() == sip::Method::Register) return receive_register(request, flow, user);
  receive_invite(request, flow, user);
}

void Pbx::receive_register(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  const auto transaction = transactions_.accept(request, flow);
  sip::Response response = registrar_.handle(request, user, flow);
  call::announce(response, settings_.product);
  response.set(sip::HeaderName::Supported, "path, outbound, gruu");
  transactions_.respond(transaction, response);
}

void Pbx::receive_invite(const sip::Request& request, const sip::Flow& flow, const std::string& user) {
  // Nobody calls in another's name (ATTACKS S1); whoever hides the own one still calls under it for now.
  const auto from = request.get<sip::From>();
  if (from && from->uri.user != user && from->uri.user != "anonymous") {
    outside_.log.warning("INVITE from {}: {} may not call as '{}'", flow.remote.text(), user, from->uri.user);
    return refuse(request, flow, 403, "From names another extension");
  }
  const auto account = outside_.accounts.find(user);
  call::CallerIdentity caller{.extension = user, .display_name = account ? account->display_name : std::string{}};
  if (caller.display_name.empty()) caller.display_name = user;
  const auto unveiled = registrar_.unveil(request.uri());
  if (!unveiled) return calls_.receive_invite(request, flow, caller);
  sip::Request unveiled_request = request;
  unveiled_request.set_uri(*unveiled);
  calls_.receive_invite(unveiled_request, flow, caller);
}

void Pbx::on_cancel(sip::ServerTransactionId invite, const sip::Request& /*cancel*/) { calls_.on_cancel(invite); }

void Pbx::on_server_failure(sip::ServerTransactionId transaction) { calls_.on_server_failure(transaction); }

std::vector<call::Destination> Pbx::locate(std::string_view extension, const sip::Uri& target) {
  if (target.parameters.has("gr")) {
    const auto device = registrar_.find_device(target);
    if (!device) return {};
    return {make_destination(extension, *device)};
  }
  std::vector<call::Destination> destinations;
  for (const registrar::Device& device : registrar_.find_devices(extension)) {
    destinations.push_back(make_destination(extension, device));
  }
  return destinations;
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
