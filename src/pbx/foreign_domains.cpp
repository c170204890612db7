#include "pbx/foreign_domains.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "locating/first_step.hpp"

namespace webcalling {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view wanted) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return ascii::equals_ignoring_case(name, wanted); });
}

/// Of this machine or its own network: a domain that nobody has listed by its name does not lead there (ATTACKS S36).
bool is_inside(const IpAddress& address) {
  const auto bytes = address.bytes();
  if (address.is_loopback()) return true;
  if (address.is_v6()) return (bytes[0] & 0xfe) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
  return bytes[0] == 10 || (bytes[0] == 172 && (bytes[1] & 0xf0) == 16) || (bytes[0] == 192 && bytes[1] == 168) ||
         (bytes[0] == 169 && bytes[1] == 254) || (bytes[0] == 100 && (bytes[1] & 0xc0) == 64);
}

call::Cause cause_of(Error::Kind kind) {
  switch (kind) {
    case Error::Kind::Missing:
    case Error::Kind::Malformed: return call::Cause::UnknownDomain;
    case Error::Kind::Unsupported:
    case Error::Kind::Refused: return call::Cause::Unreachable;
    case Error::Kind::Failed: return call::Cause::LookupFailed;
  }
  return call::Cause::LookupFailed;
}

call::Ending ending(const Error& error) {
  const call::Cause cause = cause_of(error.kind);
  return {cause, call::explain(cause, error.text)};
}

/// What the other side shall see of what was dialled: a Request-URI has neither headers nor a method (RFC 3261 section
/// 19.1.1), and whom to send to we have decided.
sip::Uri request_uri(sip::Uri target) {
  target.headers.clear();
  target.password.clear();
  for (const auto* name : {"method", "maddr", "ttl"}) target.parameters.remove(name);
  return target;
}

struct SearchUnderWay final : call::Lookup {
  std::shared_ptr<locating::Search> search;
};

}  // namespace

ForeignDomains::ForeignDomains(TimerQueue& timers, Random& random, sip::MessageSender& sender, locating::Resolver* dns,
                               Settings settings)
    : sender_(sender), settings_(std::move(settings)) {
  if (dns != nullptr) locator_.emplace(timers, random, *dns);
}

bool ForeignDomains::is_listed(std::string_view host) const { return contains(settings_.allowed, host); }

bool ForeignDomains::is_allowed(const sip::Uri& target) const {
  if (!locator_ || target.scheme == sip::Uri::Scheme::Tel || contains(settings_.own_names, target.host)) return false;
  if (is_listed(target.host)) return true;
  // Phones write their own address, and ours, into what they dial and where they send others: a numeric host is another
  // domain only where the list says so. "pbx" and "phone.local" are names of the house.
  const bool is_public_name = !IpAddress::parse(target.host) && locating::is_domain_name(target.host) &&
                              target.host.find('.') != std::string::npos && !target.host.ends_with(".invalid") &&
                              !target.host.ends_with(".local");
  return is_public_name && is_listed("*");
}

std::shared_ptr<call::Lookup> ForeignDomains::look_up(const call::RingDomain& domain, call::OnLocated on_located) {
  auto lookup = std::make_shared<SearchUnderWay>();
  lookup->search = locator_->find(domain.target, [this, domain, tell = std::move(on_located)](const auto& found) {
    tell(ways(domain, found));
  });
  return lookup;
}

tl::expected<call::RingOrder, call::Ending> ForeignDomains::ways(
    const call::RingDomain& domain, const Result<std::vector<locating::Target>>& found) {
  if (!found) return tl::unexpected(ending(found.error()));
  std::vector<call::Destination> ways;
  for (const locating::Target& target : *found) {
    if (auto one = way(domain, target)) ways.push_back(std::move(*one));
  }
  if (ways.empty()) {
    return tl::unexpected(
        ending({Error::Kind::Unsupported, fmt::format("{} has no address that we can reach", domain.target.host)}));
  }
  call::Destination first = std::move(ways.front());
  first.alternatives.assign(std::make_move_iterator(ways.begin() + 1), std::make_move_iterator(ways.end()));
  return call::RingOrder{{std::move(first)}};
}

std::optional<call::Destination> ForeignDomains::way(const call::RingDomain& domain, const locating::Target& target) {
  if (is_inside(target.remote.address) && !is_listed(domain.target.host)) return std::nullopt;
  const auto local = sender_.local_towards(target.kind, target.remote.address);
  if (!local) return std::nullopt;
  return call::Destination{
      .contact = request_uri(domain.target),
      .flow = {.kind = target.kind, .local = *local, .remote = target.remote, .server_name = target.server_name},
      .party = domain.callee};
}

void ForeignDomains::note_dead_way(const call::Destination& destination) {
  const sip::Flow& flow = destination.flow;
  if (!destination.party.is_foreign() || !locator_) return;
  locator_->note_failure({.kind = flow.kind, .remote = flow.remote, .server_name = flow.server_name});
}

}  // namespace webcalling
