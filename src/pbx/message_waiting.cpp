#include "pbx/message_waiting.hpp"

#include <fmt/format.h>

#include "call/leg/capabilities.hpp"
#include "call/leg/leg.hpp"
#include "sip/message/headers.hpp"

namespace webcalling {

void MessageWaiting::notify(std::string_view extension, const registrar::Binding& binding) {
  sip::From from;
  from.uri.user = extension;
  from.uri.host = binding.flow.local.address.text();
  sip::To to;
  static_cast<sip::NameAddress&>(to) = from;
  from.parameters.set("tag", random_.token(10));

  sip::Request notify(sip::Method::Notify, binding.contact);
  for (const sip::Path& hop : binding.path) notify.add(sip::Route(hop));
  notify.add(from);
  notify.add(to);
  notify.add(sip::HeaderName::CallId, random_.token(24));
  notify.add(sip::CSeq{.number = 1, .method = sip::Method::Notify, .method_text = "NOTIFY"});
  sip::Contact contact;
  static_cast<sip::NameAddress&>(contact) = call::local_contact("webcalling", binding.flow);
  notify.add(contact);
  call::announce(notify, product_);
  notify.add(sip::HeaderName::Event, "message-summary");
  notify.add(sip::HeaderName::SubscriptionState, "terminated;reason=noresource");
  // There is no voicemail yet, hence never a message.
  notify.set_body("application/simple-message-summary",
                  fmt::format("Messages-Waiting: no\r\nMessage-Account: {}\r\n", to.uri.text()));
  // What the phone answers changes nothing: some do not know the event (489).
  transactions_.send_request(std::move(notify), binding.flow, [](const sip::Response&) {});
}

}  // namespace webcalling
