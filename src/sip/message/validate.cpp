#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {

namespace {

/// Reason phrases are for people: a hostile value quoted in one shall not fill a datagram, nor be cut in the middle of
/// a UTF-8 character.
constexpr std::size_t kMaxReasonLength = 120;

using Verdict = std::optional<Rejection>;

Rejection reject(int status, std::string reason) {
  if (reason.size() > kMaxReasonLength) reason.resize(kMaxReasonLength);
  std::replace_if(
      reason.begin(), reason.end(), [](char c) { return grammar::is_control(c) || (c & 0x80) != 0; }, '?');
  return {status, std::move(reason)};
}

Rejection bad_request(std::string reason) { return reject(400, std::move(reason)); }

bool is_call_id(std::string_view text) {
  return !text.empty() && ascii::find_any<' ', '\t'>(text) == std::string_view::npos;
}

/// Whoever is named there can be read.
Verdict check_party(const Message& message, HeaderName name) {
  const auto party = NameAddressView::parse(message.header(name).value_or(""));
  if (!party) return bad_request(fmt::format("{}: {}", text(name), party.error().text));
  // A tag that is there and empty would be taken for none by some and for one by others.
  if (party->parameters.get("tag") == "") return bad_request(fmt::format("{}: Empty Tag", text(name)));
  return std::nullopt;
}

/// The headers every message has, once and readable (RFC 3261 section 8.1.1). A request's CSeq must name its `method`
/// (section 8.1.1.5).
Verdict check_identity(const Message& message, std::optional<std::string_view> method = {}) {
  for (const HeaderName name : {HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq}) {
    const auto count = message.count(name);
    if (count == 0) return bad_request(fmt::format("{} Is Missing", text(name)));
    if (count > 1) return bad_request(fmt::format("{} Stands There Twice", text(name)));
  }
  const auto vias = message.get_all<Via>();
  if (!vias) return bad_request(vias.error().text);
  if (vias->empty()) return bad_request("Via Is Missing");
  if (auto rejection = check_party(message, HeaderName::From)) return rejection;
  if (auto rejection = check_party(message, HeaderName::To)) return rejection;
  const auto cseq = message.get<CSeq>();
  if (!cseq) return bad_request(cseq.error().text);
  if (method && cseq->method_text != *method) return bad_request("CSeq Names Another Method");
  if (!is_call_id(message.call_id())) return bad_request("Call-ID Is Not A Word");
  return std::nullopt;
}

/// RFC 3261 section 8.1.1.8 and 12.1: exactly one address where a dialog shall lead to it, but an INVITE of RFC 2543
/// may have none (RFC 4475 section 3.4.1); elsewhere what is there must be readable. "*" belongs to REGISTER (section
/// 10.2.2).
Verdict check_contact(const Request& request) {
  const auto contacts = request.get_all<Contact>();
  if (!contacts) return bad_request(contacts.error().text);
  const bool makes_dialog = request.method() == Method::Invite || request.method() == Method::Subscribe;
  if (makes_dialog && contacts->size() > 1) return bad_request("More Than One Contact");
  if (request.method() == Method::Subscribe && contacts->empty()) return bad_request("Contact Is Missing");
  const auto is_star = [](const Contact& contact) { return contact.is_star; };
  if (request.method() != Method::Register && std::any_of(contacts->begin(), contacts->end(), is_star)) {
    return bad_request("Contact: * Belongs To REGISTER");
  }
  return std::nullopt;
}

/// A missing Max-Forwards is let pass: RFC 2543 did not have it (RFC 3261 section 16.3).
Verdict check_max_forwards(const Request& request) {
  if (request.count(HeaderName::MaxForwards) > 1) return bad_request("Max-Forwards Stands There Twice");
  const auto hops = request.get<MaxForwards>();
  if (!hops && hops.error().kind != Error::Kind::Missing) return bad_request(hops.error().text);
  return std::nullopt;
}

}  // namespace

std::optional<Rejection> validate(const Request& request) {
  switch (request.foreign()) {
    case Request::Foreign::Nothing: break;
    case Request::Foreign::Version: return Rejection{505, std::string(reason_phrase(505))};
    case Request::Foreign::Scheme: return Rejection{416, std::string(reason_phrase(416))};
  }
  // The text covers methods that we do not know.
  if (auto rejection = check_identity(request, request.method_text())) return rejection;
  // RFC 3261 section 19.1.1, table 1: whoever could put headers into a Request-URI could put a Route there.
  if (!request.uri().headers.empty()) return bad_request("Request-URI With Headers");
  if (auto rejection = check_max_forwards(request)) return rejection;
  return check_contact(request);
}

Rejection rejection_for(const Error& error) {
  return reject(error.kind == Error::Kind::Refused ? 513 : 400, error.text);
}

bool is_valid(const Response& response) { return !check_identity(response).has_value(); }

}  // namespace webcalling::sip
