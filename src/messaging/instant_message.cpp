#include "messaging/instant_message.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "call/leg/identity_headers.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::messaging {
namespace {

constexpr std::string_view kContentType = "Content-Type";
constexpr std::string_view kDate = "Date";

/// RFC 3428 section 12, and what of RFC 3261 tells how to read the content.
constexpr std::array<std::string_view, 6> kPassing{kContentType,          "Content-Encoding", "Content-Language",
                                                   "Content-Disposition", "Subject",          kDate};
/// A date has 29 characters.
constexpr std::size_t kLongestDate = 64;

bool passes(const sip::Message::Header& header) {
  // A compact form has no name but its letter; only those known by the room sip/message have one, and Subject.
  const std::string_view name = header.name == sip::HeaderName::Other ? header.name_text : sip::text(header.name);
  if (ascii::equals_ignoring_case(name, kDate) && header.value.size() > kLongestDate) return false;
  return std::any_of(kPassing.begin(), kPassing.end(),
                     [&](std::string_view allowed) { return ascii::equals_ignoring_case(name, allowed); });
}

std::string full_name(const sip::Message::Header& header) {
  return std::string(header.name == sip::HeaderName::Other ? header.name_text : sip::text(header.name));
}

const InstantMessage::Field* find(const InstantMessage& message, std::string_view name) {
  const auto found =
      std::find_if(message.fields.begin(), message.fields.end(),
                   [&](const InstantMessage::Field& field) { return ascii::equals_ignoring_case(field.name, name); });
  return found == message.fields.end() ? nullptr : &*found;
}

}  // namespace

bool InstantMessage::is_momentary() const {
  const Field* field = find(*this, kContentType);
  if (field == nullptr) return false;
  std::string_view value = field->value;
  return ascii::equals_ignoring_case(ascii::trim(ascii::take_until(value, ';')), "application/im-iscomposing+xml");
}

Result<InstantMessage> read_message(const sip::Request& request, const call::Party& sender,
                                    const std::string& recipient, WallTime now) {
  InstantMessage message{.sender = sender, .recipient = recipient, .fields = {}, .body = std::string(request.body())};
  for (const sip::Message::Header& header : request.headers()) {
    // RFC 3261 section 7.3.3: "s" is short for Subject.
    const bool is_short_subject =
        header.name == sip::HeaderName::Other && ascii::equals_ignoring_case(header.name_text, "s");
    if (!is_short_subject && !passes(header)) continue;
    std::string name = is_short_subject ? "Subject" : full_name(header);
    if (find(message, name) == nullptr) message.fields.push_back({std::move(name), std::string(header.value)});
  }
  if (!message.body.empty() && find(message, kContentType) == nullptr) {
    return malformed("Content-Type Is Missing");
  }
  if (find(message, kDate) == nullptr) message.fields.push_back({std::string(kDate), sip::http_date(now)});
  return message;
}

std::optional<std::chrono::seconds> lifetime(const sip::Request& request) {
  const auto expires = request.get<sip::Expires>();
  if (!expires) return std::nullopt;
  return expires->value;
}

sip::Request make_request(const InstantMessage& message, const call::Destination& device, Random& random,
                          const std::string& product) {
  const std::string host = device.flow.local.address.text();
  sip::From from(call::shown_address(message.sender, host));
  from.parameters.set("tag", random.token(10));
  sip::To to;
  to.uri.user = message.recipient;
  to.uri.host = host;

  sip::Request request(sip::Method::Message, device.contact);
  for (const sip::NameAddress& hop : device.route) request.add(sip::Route(hop));
  request.add(from);
  request.add(to);
  request.add(sip::HeaderName::CallId, random.token(24));
  request.add(sip::CSeq{.number = 1, .method = sip::Method::Message, .method_text = "MESSAGE"});
  request.add(sip::HeaderName::UserAgent, product);
  call::assert_identity(request, message.sender, host);
  for (const InstantMessage::Field& field : message.fields) {
    if (!ascii::equals_ignoring_case(field.name, kContentType)) request.add(field.name, field.value);
  }
  const InstantMessage::Field* type = find(message, kContentType);
  if (type != nullptr) request.set_body(type->value, message.body);
  return request;
}

}  // namespace webcalling::messaging
