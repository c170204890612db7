#include "call/capabilities.hpp"

#include "sip/message/session_description.hpp"

namespace webcalling::call {

void announce(sip::Message& message, const std::string& product) {
  message.add(sip::HeaderName::UserAgent, product);
  message.add(sip::HeaderName::Accept, sip::kReadableBodies);
  message.add(sip::HeaderName::Allow, "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REGISTER");
  // An empty list says that no extension is supported (RFC 3261 section 20.37); never name one that is not.
  message.add(sip::HeaderName::Supported, "");
  message.add(sip::HeaderName::AllowEvents, "message-summary");
}

}  // namespace webcalling::call
