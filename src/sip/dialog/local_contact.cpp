#include "sip/dialog/local_contact.hpp"

#include "base/ascii.hpp"

namespace webcalling::sip {
namespace {

/// RFC 7118 section 5.2: "ws" is the name of both kinds of WebSocket in a URI.
std::string transport_parameter(TransportKind kind) {
  return ascii::lower(text(is_web_socket(kind) ? TransportKind::Ws : kind));
}

}  // namespace

NameAddress local_contact(std::string_view user, const Flow& flow) {
  NameAddress contact;
  contact.uri.user = user;
  contact.uri.host = flow.local.address.text();
  contact.uri.port = flow.local.port;
  if (flow.kind != TransportKind::Udp) contact.uri.parameters.set("transport", transport_parameter(flow.kind));
  return contact;
}

}  // namespace webcalling::sip
