#include "call/leg/identity_headers.hpp"

#include <fmt/format.h>

#include "sip/message/call_headers.hpp"

namespace webcalling::call {
namespace {

sip::Uri extension_uri(std::string_view extension, std::string_view host) {
  sip::Uri uri;
  uri.user = extension;
  uri.host = host;
  return uri;
}

/// RFC 5806 section 5.1.
std::string_view diversion_reason(int status) {
  switch (status) {
    case 486:
    case 600: return "user-busy";
    case 480:
    case 408: return "no-answer";
    case 302: return "deflection";
    default: return "unknown";
  }
}

/// RFC 7044 section 10.1: the Reason stands in the URI of the entry that was left, escaped.
sip::HistoryInfo history_entry(std::string_view extension, std::string_view host, const std::string& index) {
  sip::HistoryInfo entry;
  entry.uri = extension_uri(extension, host);
  entry.parameters.set("index", index);
  return entry;
}

void assert_identity(sip::Message& message, const Party& party, std::string_view host, std::string_view part) {
  if (party.withheld) return message.add(sip::HeaderName::Privacy, "id");
  std::string identity;
  shown_address(party, host).write(identity);
  message.add(sip::HeaderName::PAssertedIdentity, identity);
  identity.append(";party=").append(part).append(";screen=yes;privacy=off");
  message.add(sip::HeaderName::RemotePartyId, identity);
}

}  // namespace

sip::NameAddress shown_address(const Party& party, std::string_view host) {
  if (party.withheld) return {"Anonymous", extension_uri("anonymous", "anonymous.invalid"), {}};
  return {party.display_name, extension_uri(party.extension, party.is_foreign() ? party.domain : host), {}};
}

void assert_identity(sip::Request& request, const Party& party, std::string_view host) {
  assert_identity(request, party, host, request.method() == sip::Method::Invite ? "calling" : "called");
}

void assert_identity(sip::Response& response, const Party& party, std::string_view host) {
  assert_identity(response, party, host, "called");
}

void put_history(sip::Request& invite, const std::vector<Forwarding>& forwardings, std::string_view target,
                 std::string_view host) {
  if (forwardings.empty()) return;
  std::string index = "1";
  for (const Forwarding& step : forwardings) {
    auto entry = history_entry(step.extension, host, index);
    entry.uri.headers = fmt::format("Reason=SIP%3Bcause%3D{}", step.status);
    invite.add(entry);
    index += ".1";
  }
  invite.add(history_entry(target, host, index));
  // RFC 5806 section 4: the most recent diversion comes first.
  for (auto step = forwardings.rbegin(); step != forwardings.rend(); ++step) {
    sip::Diversion diversion;
    diversion.uri = extension_uri(step->extension, host);
    diversion.parameters.set("reason", diversion_reason(step->status));
    invite.add(diversion);
  }
}

}  // namespace webcalling::call
