#include "server/doorkeeper.hpp"

#include <chrono>

namespace webcalling::server {
namespace {

guard::Offence known_to_the_guard(Gate::Offence offence) {
  switch (offence) {
    case Gate::Offence::WrongPassword: return guard::Offence::WrongPassword;
    case Gate::Offence::UnknownExtension: return guard::Offence::UnknownExtension;
    case Gate::Offence::UnknownNumber: return guard::Offence::UnknownNumber;
  }
  return guard::Offence::WrongPassword;
}

guard::Proof proof(bool is_there) { return is_there ? guard::Proof::Address : guard::Proof::None; }

}  // namespace

bool Doorkeeper::admit_agent(const sip::Flow& flow, std::string_view user_agent) {
  return guard_.admit_agent(sip_.source_of(flow), user_agent, proof(sip::is_reliable(flow.kind)));
}

bool Doorkeeper::admit_transaction(const sip::Flow& flow) { return guard_.admit_transaction(sip_.source_of(flow)); }

Gate::Ticket Doorkeeper::admit_call(const sip::Flow& flow) { return guard_.admit_call(sip_.source_of(flow)); }

void Doorkeeper::on_authenticated(const sip::Flow& flow) { guard_.on_authenticated(sip_.source_of(flow)); }

void Doorkeeper::on_offence(const sip::Flow& flow, Offence offence, std::string_view who, bool is_there) {
  guard_.on_offence(sip_.source_of(flow), known_to_the_guard(offence), who, proof(is_there));
}

guard::Settings guard_settings(const config::Settings& settings) {
  const config::Settings::Guard& wanted = settings.guard;
  guard::Settings out;
  out.trusted_networks = wanted.trusted_networks;
  out.trusted_proxies = wanted.trusted_proxies;
  out.requests_per_second = wanted.requests_per_second;
  out.burst = wanted.burst;
  out.connections_per_address = wanted.connections_per_address;
  out.calls_per_source = wanted.calls_per_source;
  out.transactions_per_source = wanted.transactions_per_source;
  out.failures_before_ban = wanted.failures_before_ban;
  out.failure_window = std::chrono::seconds(wanted.failure_window);
  out.first_ban = std::chrono::seconds(wanted.first_ban);
  out.longest_ban = std::chrono::seconds(wanted.longest_ban);
  out.scanner_user_agents = wanted.scanner_user_agents;
  return out;
}

sip::Limits message_limits(const config::Settings& settings) {
  return {.message_bytes = settings.limits.message_bytes,
          .headers = settings.limits.headers,
          .header_line_bytes = settings.limits.header_line_bytes};
}

}  // namespace webcalling::server
