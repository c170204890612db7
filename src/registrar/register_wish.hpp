#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "registrar/settings.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::registrar {

/// A REGISTER without Contact: only asks.
struct Query {};
/// `Contact: *` with `Expires: 0`.
struct RemoveAll {};
struct Update {
  struct Wish {
    sip::Contact contact;
    /// Zero removes the binding; otherwise within the limits of the settings.
    std::chrono::seconds expires;
  };
  std::vector<Wish> wishes;
  /// RFC 3327: the proxies that it came through and want to be passed again, nearest to us first.
  std::vector<sip::Path> path;
  /// RFC 5626: reg-id tells the flows of a device apart. Otherwise it means nothing.
  bool has_flows = false;
};
using RegisterWish = std::variant<Query, RemoveAll, Update>;

/// What a REGISTER wants (RFC 3261 section 10.3 steps 6 and 7), or the refusal: 400, 403 for an address that leads back
/// to us, 423 if it wants to be remembered for too short a time, 439 if it asks for flows through a proxy that keeps
/// none.
[[nodiscard]] tl::expected<RegisterWish, sip::Rejection> read_wish(const sip::Request& request,
                                                                   const Settings& settings);

}  // namespace webcalling::registrar
