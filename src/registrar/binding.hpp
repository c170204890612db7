#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/uri.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::registrar {

/// One device of an extension: where it wants to be called, and how it is really reached.
struct Binding {
  /// Goes into the Request-URI and is never resolved: browsers say ".invalid", phones behind NAT a private address.
  sip::Uri contact;
  /// What else stood in its Contact, without expires.
  sip::Parameters parameters;
  /// Requests go this way: over the connection of the last REGISTER, or as datagrams to its source.
  sip::Flow flow;
  std::string call_id;
  std::uint32_t cseq = 0;
  TimePoint expires;
  std::string user_agent;
  /// RFC 5626 section 4.1: names the device over restarts; empty if it gave none.
  std::string instance;
  /// RFC 5626 section 4.2: tells several flows of one device apart; may be empty.
  std::string reg_id;
};

}  // namespace webcalling::registrar
