#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "call/leg/party.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"

namespace webcalling::call {

/// One step on a call's way: this extension did not take it, and why (a SIP status, 302 for a phone that sent it on).
struct Forwarding {
  std::string extension;
  int status = 302;
};

/// The address of a party for From and To; "Anonymous" if it is withheld (RFC 3323 section 4.1.1.3).
[[nodiscard]] sip::NameAddress shown_address(const Party& party, std::string_view host);

/// Asserts in an INVITE, an UPDATE or a response who is at our end (RFC 3325 section 9.1), and once more in
/// Remote-Party-ID for phones that know only that (draft-ietf-sip-privacy-04); of a withheld party only that it wants
/// privacy. Phones are no trust domain.
void assert_identity(sip::Request& request, const Party& party, std::string_view host);
void assert_identity(sip::Response& response, const Party& party, std::string_view host);

/// Tells a phone on which way a call came to it: History-Info (RFC 7044), and Diversion (RFC 5806) for phones that know
/// only that. `target` is the extension that is called now.
void put_history(sip::Request& invite, const std::vector<Forwarding>& forwardings, std::string_view target,
                 std::string_view host);

}  // namespace webcalling::call
