#include "events/event_wish.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::events {
namespace {

using std::chrono::seconds;

/// Longer than any phone's; it is repeated in every NOTIFY.
constexpr std::size_t kMostOfAnId = 128;

tl::unexpected<sip::Rejection> refuse(int status, std::string reason) {
  return tl::unexpected(sip::Rejection{status, std::move(reason)});
}

}  // namespace

tl::expected<EventWish, sip::Rejection> read_event_wish(const sip::Request& request, const Settings& settings) {
  const auto event = request.get<sip::Event>();
  if (!event) return event.error().kind == Error::Kind::Missing ? refuse(489, {}) : refuse(400, event.error().text);
  const auto id = event->parameters.get("id").value_or("");
  if (id.size() > kMostOfAnId) return refuse(400, "Event: the id is too long");
  const auto header = request.get<sip::Expires>();
  // What cannot be read counts as absent, as in a REGISTER.
  const seconds asked = header ? header->value : settings.default_expires;
  if (asked > seconds{0} && asked < settings.min_expires) return refuse(423, {});
  return EventWish{ascii::lower(event->token), std::string(id), std::min(asked, settings.max_expires)};
}

bool accepts(const sip::Request& request, std::string_view body_type) {
  if (!request.has(sip::HeaderName::Accept)) return true;
  const auto any_of_its_kind = std::string(body_type.substr(0, body_type.find('/'))) + "/*";
  const auto ranges = request.values(sip::HeaderName::Accept);
  return std::any_of(ranges.begin(), ranges.end(), [&](std::string_view range) {
    const auto type = ascii::trim(ascii::take_until(range, ';'));
    return type == "*/*" || ascii::equals_ignoring_case(type, any_of_its_kind) ||
           ascii::equals_ignoring_case(type, body_type);
  });
}

}  // namespace webcalling::events
