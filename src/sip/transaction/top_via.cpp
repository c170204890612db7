#include "sip/transaction/top_via.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"
#include "sip/transaction/transaction_key.hpp"

namespace webcalling::sip {
namespace {

constexpr std::size_t kBranchRandomness = 16;  // characters, 95 bits
constexpr std::size_t kUsualViaBytes = 128;

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
  const auto via = message.get<Via>();
  if (!via) return;
  // A datagram's sender who did not ask for rport listens at the port of sent-by; an rport there would hide that.
  const bool with_port = is_reliable(flow.kind) || via->parameters.has("rport");
  const std::string_view whole = *message.first_value(HeaderName::Via);
  std::string_view parameters = via->parameters.text();
  std::string value;
  value.reserve(whole.size() + kUsualViaBytes);
  value += whole.substr(0, whole.size() - parameters.size());
  while (!parameters.empty()) {
    const auto parameter = take_parameter(parameters);
    if (!parameter || parameter->name.empty()) break;
    const auto is = [&](std::string_view name) { return ascii::equals_ignoring_case(parameter->name, name); };
    if (!is("received") && !is("rport")) write(value, *parameter);
  }
  value += ";received=";
  value += flow.remote.address.text();
  if (with_port) {
    value += ";rport=";
    ascii::append_number(value, flow.remote.port);
  }
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
  std::string branch(kMagicCookie);
  branch += random.token(kBranchRandomness);
  std::string via = "SIP/2.0/";
  via.reserve(kUsualViaBytes);
  via += text(flow.kind);
  via.push_back(' ');
  via += flow.local.text();
  via += ";branch=";
  via += branch;
  via += wish_for_way_back(flow);
  request.add_first(HeaderName::Via, via);
  if (!request.has(HeaderName::MaxForwards)) request.add(MaxForwards{});
  return branch;
}

}  // namespace webcalling::sip
