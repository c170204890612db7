#pragma once

#include <optional>
#include <string>

#include "base/random.hpp"
#include "sip/message/message.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// Writes into the topmost Via where the message really came from: `received` always, `rport` if it was asked for
/// (RFC 3581 section 4) and over every connection. What the sender claimed there is overwritten. A Via that cannot be
/// read is left alone.
void stamp_source(Message& message, const Flow& flow);

/// Where the responses to a request go (RFC 3261 section 18.2.2, RFC 3581 section 4).
struct ReplyPath {
  Flow flow;
  /// Where to connect to if the connection of `flow` is lost: the source address with the port of sent-by. Nothing for
  /// datagrams and WebSockets.
  std::optional<Endpoint> fallback;
};

/// `message`, the request or its response, must have gone through stamp_source(). A maddr parameter is ignored: it
/// would let a stranger aim our responses at anybody.
[[nodiscard]] ReplyPath reply_path(const Message& message, const Flow& flow);

/// True if the loss of `failed` takes `own` with it.
[[nodiscard]] bool is_affected(const Flow& own, const Flow& failed);

/// Puts our Via with a branch of its own on top and adds Max-Forwards if it is missing; the branch is returned.
std::string put_via(Request& request, const Flow& flow, Random& random);

}  // namespace webcalling::sip
