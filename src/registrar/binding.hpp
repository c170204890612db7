#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/strong.hpp"
#include "base/time.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/uri.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::registrar {

/// Names a binding from its first REGISTER until it ends, over restarts of the server; never used twice.
using BindingId = Strong<struct BindingIdTag, std::uint64_t>;

/// One way to one device of an extension: where it wants to be called, and how it is really reached.
struct Binding {
  BindingId id;
  /// Goes into the Request-URI and is never resolved: browsers say ".invalid", phones behind NAT a private address.
  sip::Uri contact;
  /// What else stood in its Contact, without what only one REGISTER means: expires, GRUUs.
  sip::Parameters parameters;
  /// Requests go this way: over the connection of the last REGISTER, or as datagrams to its source.
  sip::Flow flow;
  /// RFC 3327: the proxies between us and the device, nearest first. They go into every request as Route; the flow then
  /// leads to the first of them, and many bindings may share it.
  std::vector<sip::Path> path;
  /// The address of record as the device writes it: its GRUUs begin with it.
  sip::Uri aor;
  std::string call_id;
  std::uint32_t cseq = 0;
  TimePoint expires;
  /// The last REGISTER.
  TimePoint refreshed;
  std::string user_agent;
  /// RFC 5626 section 4.1: names the device over restarts, as it stood in its Contact; empty if it gave none.
  std::string instance;
  /// RFC 5626 section 4.2: tells several flows of one device apart; empty if this is not such a flow.
  std::string reg_id;
  /// Names the device in its temporary GRUUs, which end with it: drawn anew when the device comes back after it was
  /// gone, or with another Call-ID. Zero without an instance.
  std::uint64_t incarnation = 0;
};

/// Two bindings that one REGISTER after the other would make into one: of the same flow of the same device (RFC 5626
/// section 6), or with an equivalent address (RFC 3261 section 10.3 step 7).
[[nodiscard]] bool is_same_binding(const Binding& a, const Binding& b);

/// Instances compare without case: the digits of a UUID have none (RFC 4122 section 3).
[[nodiscard]] bool is_same_instance(const Binding& a, const Binding& b);

}  // namespace webcalling::registrar
