#include "locating/first_step.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.hpp"

namespace webcalling::locating {
namespace {

using sip::TransportKind;

std::uint16_t default_port(TransportKind kind) { return kind == TransportKind::Tls ? 5061 : 5060; }

bool is_secure(const sip::Uri& uri) { return uri.scheme == sip::Uri::Scheme::Sips; }

bool is_usable(TransportKind kind, const sip::Uri& uri, const Abilities& abilities) {
  const auto& ours = abilities.transports;
  if (std::find(ours.begin(), ours.end(), kind) == ours.end()) return false;
  return !is_secure(uri) || kind == TransportKind::Tls;
}

/// RFC 3263 section 4.1: "It [TCP] SHOULD be used for a SIPS URI", which is TLS over TCP; UDP for SIP.
TransportKind default_transport(const sip::Uri& uri) {
  return is_secure(uri) ? TransportKind::Tls : TransportKind::Udp;
}

/// What the URI says: nothing if it leaves the choice to us.
Result<std::optional<TransportKind>> named_transport(const sip::Uri& uri) {
  const auto name = uri.parameters.get("transport");
  if (!name) return std::optional<TransportKind>{};
  // "transport=tls" is deprecated, but many still say so (RFC 5630 section 3.1.4).
  if (ascii::equals_ignoring_case(*name, "tls")) return std::optional(TransportKind::Tls);
  if (ascii::equals_ignoring_case(*name, "tcp")) {
    return std::optional(is_secure(uri) ? TransportKind::Tls : TransportKind::Tcp);
  }
  if (ascii::equals_ignoring_case(*name, "udp") && !is_secure(uri)) return std::optional(TransportKind::Udp);
  return unsupported("{} can only be reached over {}, which we do not send over", uri.host, *name);
}

Service service(TransportKind kind, std::string_view domain) {
  switch (kind) {
    case TransportKind::Tls: return {kind, fmt::format("_sips._tcp.{}", domain)};
    case TransportKind::Tcp: return {kind, fmt::format("_sip._tcp.{}", domain)};
    default: return {kind, fmt::format("_sip._udp.{}", domain)};
  }
}

bool is_label(std::string_view label) {
  constexpr std::size_t kLongest = 63;
  return !label.empty() && label.size() <= kLongest &&
         std::all_of(label.begin(), label.end(), [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
}

}  // namespace

bool is_domain_name(std::string_view name) {
  constexpr std::size_t kLongest = 253;
  if (name.empty() || name.size() > kLongest || name.back() == '.') return false;
  while (!name.empty()) {
    if (!is_label(ascii::take_until(name, '.'))) return false;
  }
  return true;
}

std::string target_name(const sip::Uri& uri) {
  std::string name = ascii::lower(uri.parameters.get("maddr").value_or(uri.host));
  if (name.ends_with('.')) name.pop_back();
  if (name.size() > 1 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
  return name;
}

Result<FirstStep> first_step(const sip::Uri& uri, const Abilities& abilities) {
  if (uri.scheme == sip::Uri::Scheme::Tel) return unsupported("a telephone number names no server");
  const std::string name = target_name(uri);
  const bool is_numeric = IpAddress::parse(name).has_value();
  if (!is_numeric && !is_domain_name(name)) return malformed("'{}' is no name of a server", name);
  const auto named = named_transport(uri);
  if (!named) return Failure(named.error());
  const TransportKind kind = named->value_or(default_transport(uri));
  if (named->has_value() && !is_usable(kind, uri, abilities)) {
    return unsupported("{} can only be reached over {}, which we do not send over", name, sip::text(kind));
  }
  // Section 4.2: neither a numeric address nor a port that was given leaves anything to look up but the address.
  if (is_numeric || uri.port) return Host{kind, name, uri.port.value_or(default_port(kind))};
  if (named->has_value()) return AskServices{{service(kind, name)}};
  return AskNaptr{name};
}

std::vector<Service> services_of(const sip::Uri& uri, const Abilities& abilities) {
  const std::string name = target_name(uri);
  std::vector<Service> services;
  for (const TransportKind kind : abilities.transports) {
    // Section 4.1: "_sip" for SIP URIs and "_sips" for SIPS URIs. Who wants to be called with TLS by a sip: URI says so
    // by NAPTR.
    const bool is_asked_for = is_secure(uri) == (kind == TransportKind::Tls);
    if (is_asked_for && is_usable(kind, uri, abilities)) services.push_back(service(kind, name));
  }
  return services;
}

Host last_resort(const sip::Uri& uri, const Abilities& abilities) {
  TransportKind kind = named_transport(uri).value_or(std::nullopt).value_or(default_transport(uri));
  if (!is_usable(kind, uri, abilities) && !abilities.transports.empty()) kind = abilities.transports.front();
  return {kind, target_name(uri), default_port(kind)};
}

}  // namespace webcalling::locating
