#include "registrar/register_wish.hpp"

#include <algorithm>
#include <utility>

#include "registrar/outbound.hpp"

namespace webcalling::registrar {
namespace {

using std::chrono::seconds;
using Refusal = tl::unexpected<sip::Rejection>;

Refusal refuse(int status, std::string reason) { return Refusal(sip::Rejection{status, std::move(reason)}); }

tl::expected<RegisterWish, sip::Rejection> read_star(const sip::Request& request, std::size_t contacts) {
  const auto expires = request.get<sip::Expires>();
  if (contacts != 1) return refuse(400, "Contact: * Stands Alone");
  if (!expires || expires->value != seconds{0}) return refuse(400, "Contact: * Needs Expires: 0");
  return RemoveAll{};
}

/// RFC 5627 section 5.1: a GRUU of one's own as Contact would be a loop.
bool is_own_gruu(const sip::Contact& contact, const sip::Request& request) {
  const auto to = request.get<sip::To>();
  return to && contact.uri.parameters.has("gr") && contact.uri.user == to->uri.user;
}

}  // namespace

tl::expected<RegisterWish, sip::Rejection> read_wish(const sip::Request& request, const Settings& settings) {
  auto contacts = request.get_all<sip::Contact>();
  if (!contacts) return refuse(400, contacts.error().text);
  if (contacts->empty()) return Query{};
  const auto is_star = [](const sip::Contact& contact) { return contact.is_star; };
  if (std::any_of(contacts->begin(), contacts->end(), is_star)) return read_star(request, contacts->size());
  if (contacts->size() > settings.max_bindings) return refuse(400, "Too Many Contacts");

  // Section 10.3 step 7: the parameter of the Contact, else the header, else what we choose; what cannot be read counts
  // as absent.
  const auto header = request.get<sip::Expires>();
  const seconds otherwise = header ? header->value : settings.default_expires;
  Update update;
  for (sip::Contact& contact : *contacts) {
    if (contact.uri.scheme == sip::Uri::Scheme::Tel) return refuse(400, "Contact Must Be A SIP URI");
    if (is_own_gruu(contact, request)) return refuse(403, "Contact Is Your Own GRUU");
    const seconds asked = contact.expires().value_or(otherwise);
    if (asked > seconds{0} && asked < settings.min_expires) return refuse(423, {});
    update.wishes.push_back({std::move(contact), std::min(asked, settings.max_expires)});
  }
  auto path = request.get_all<sip::Path>();
  if (!path) return refuse(400, "Path Cannot Be Read");
  update.path = std::move(*path);
  const auto has_flows = find_flows(request, update);
  if (!has_flows) return tl::unexpected(has_flows.error());
  update.has_flows = *has_flows;
  return update;
}

}  // namespace webcalling::registrar
