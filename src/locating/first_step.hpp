#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "locating/target.hpp"
#include "sip/message/uri.hpp"

namespace webcalling::locating {

/// A service to ask SRV records for, and what it is spoken over.
struct Service {
  sip::TransportKind kind = sip::TransportKind::Udp;
  std::string name;
  bool operator==(const Service&) const = default;
};

/// A host whose addresses are wanted; a numeric host is its own address.
struct Host {
  sip::TransportKind kind = sip::TransportKind::Udp;
  std::string name;
  std::uint16_t port = 0;
  bool operator==(const Host&) const = default;
};

/// Begin with NAPTR of this domain.
struct AskNaptr {
  std::string domain;
  bool operator==(const AskNaptr&) const = default;
};
/// Begin with SRV of these.
struct AskServices {
  std::vector<Service> services;
  bool operator==(const AskServices&) const = default;
};
using FirstStep = std::variant<AskNaptr, AskServices, Host>;

/// Where the procedure of RFC 3263 sections 4.1 and 4.2 begins for this URI. Unsupported if the URI wants a transport
/// that we do not send over, Malformed if its host is no name of DNS.
[[nodiscard]] Result<FirstStep> first_step(const sip::Uri& uri, const Abilities& abilities);

/// What the domain of the URI offers by SRV, if NAPTR says nothing: one for each of our transports.
[[nodiscard]] std::vector<Service> services_of(const sip::Uri& uri, const Abilities& abilities);

/// Where to go if there are no SRV records either: the domain itself, at the default port.
[[nodiscard]] Host last_resort(const sip::Uri& uri, const Abilities& abilities);

/// maddr if there is one, otherwise the host; in lower case, without a dot at its end.
[[nodiscard]] std::string target_name(const sip::Uri& uri);

/// Letters, digits, hyphens, underscores and dots, as a name of DNS has them (RFC 1035 section 2.3.4: 253 characters,
/// 63 a label).
[[nodiscard]] bool is_domain_name(std::string_view name);

}  // namespace webcalling::locating
