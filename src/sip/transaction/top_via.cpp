#include "sip/transaction/top_via.hpp"

#include <fmt/format.h>

#include "sip/message/headers.hpp"
#include "sip/transaction/transaction_key.hpp"

namespace webcalling::sip {
namespace {

constexpr std::size_t kBranchRandomness = 16;  // characters, 95 bits

std::uint16_t default_port(TransportKind kind) { return kind == TransportKind::Tls ? 5061 : 5060; }

/// How we want to be reached: a datagram's response where it came from (RFC 3581), and over a connection that we open
/// requests as well (RFC 5923 section 5).
std::string_view wish_for_way_back(const Flow& flow) {
  if (!is_reliable(flow.kind)) return ";rport";
  const bool opens = flow.connection == ConnectionId{0} && !is_web_socket(flow.kind);
  return opens ? ";alias" : "";
}

}  // namespace

void stamp_source(Message& message, const Flow& flow) {
  auto via = message.get<Via>();
  if (!via) return;
  via->parameters.set("received", flow.remote.address.text());
  // A datagram's sender who did not ask for rport listens at the port of sent-by; an rport there would hide that.
  if (is_reliable(flow.kind) || via->parameters.has("rport")) {
    via->parameters.set("rport", fmt::format("{}", flow.remote.port));
  }
  std::string value;
  via->write(value);
  message.replace_first(HeaderName::Via, value);
}

ReplyPath reply_path(const Message& message, const Flow& flow) {
  const auto via = message.get<Via>();
  if (!via || is_web_socket(flow.kind)) return {flow, std::nullopt};
  const Endpoint sent_by{flow.remote.address, via->port.value_or(default_port(flow.kind))};
  if (is_reliable(flow.kind)) return {flow, sent_by};
  if (via->parameters.has("rport")) return {flow, std::nullopt};
  ReplyPath path{flow, std::nullopt};
  path.flow.remote = sent_by;
  return path;
}

bool is_affected(const Flow& own, const Flow& failed) {
  if (own.kind != failed.kind) return false;
  if (own.connection != ConnectionId{0}) return own.connection == failed.connection;
  return own.remote == failed.remote && own.server_name == failed.server_name;
}

std::string put_via(Request& request, const Flow& flow, Random& random) {
  std::string branch = fmt::format("{}{}", kMagicCookie, random.token(kBranchRandomness));
  request.add_first(HeaderName::Via, fmt::format("SIP/2.0/{} {};branch={}{}", text(flow.kind), flow.local.text(),
                                                 branch, wish_for_way_back(flow)));
  if (!request.has(HeaderName::MaxForwards)) request.add(MaxForwards{});
  return branch;
}

}  // namespace webcalling::sip
