#include "events/publications.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "events/pidf.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/tag.hpp"

namespace webcalling::events {
namespace {

using std::chrono::seconds;

constexpr std::string_view kPidf = "application/pidf+xml";

tl::unexpected<sip::Rejection> rejection(int status, std::string reason = {}) {
  return tl::unexpected(sip::Rejection{status, std::move(reason)});
}

}  // namespace

Publications::Publications(TimerQueue& timers, Random& random, Settings settings, OnChange on_change)
    : timers_(timers), random_(random), settings_(settings), on_change_(std::move(on_change)) {}

// RFC 3903 section 6, in its order.
sip::Response Publications::handle(const sip::Request& publish, const std::string& extension) {
  if (publish.uri().user != extension) return refuse(publish, {403, "Not Your Address"});
  const auto wish = read_event_wish(publish, settings_);
  if (!wish) return refuse(publish, wish.error());
  if (wish->event != "presence") return refuse(publish, {489, {}});
  auto body = read_body(publish);
  if (!body) return refuse(publish, body.error());
  const bool is_first = !publish.header("SIP-If-Match");
  if (is_first && !*body) return refuse(publish, {400, "PUBLISH Needs A Body"});
  auto publication = is_first ? Publication{} : take_old(publish, extension);
  if (!publication) return refuse(publish, publication.error());

  if (*body) publication->presence = std::move(**body);
  const std::string tag = keep(extension, std::move(*publication), wish->expires);
  auto ok = sip::make_response(publish, 200, random_.token(sip::kTagLength));
  ok.add("SIP-ETag", tag);
  ok.add(sip::Expires{wish->expires});
  on_change_(extension);
  return ok;
}

tl::expected<std::optional<PublishedPresence>, sip::Rejection> Publications::read_body(
    const sip::Request& publish) const {
  if (publish.body().empty()) return std::nullopt;
  if (publish.body().size() > kMostBytes) return rejection(413);
  const auto type = publish.get<sip::ContentType>();
  if (!type || !ascii::equals_ignoring_case(type->token, kPidf)) return rejection(415);
  if (publish.has(sip::HeaderName::ContentEncoding)) return rejection(415);
  auto presence = read_pidf(publish.body());
  if (!presence) return rejection(400, "Presence Document Cannot Be Read");
  return std::move(*presence);
}

tl::expected<Publications::Publication, sip::Rejection> Publications::take_old(const sip::Request& publish,
                                                                               const std::string& extension) {
  const auto named = ascii::trim(*publish.header("SIP-If-Match"));
  const auto known = publications_.find(extension);
  if (known == publications_.end()) return rejection(412);
  const auto found = std::find_if(known->second.begin(), known->second.end(),
                                  [&](const Publication& one) { return one.tag == named; });
  if (found == known->second.end()) return rejection(412);
  Publication old = std::move(*found);
  known->second.erase(found);
  if (known->second.empty()) publications_.erase(known);
  return old;
}

std::string Publications::keep(const std::string& extension, Publication publication, seconds expires) {
  // Section 6 step 5: every success brings a new tag.
  std::string tag = random_.token(sip::kTagLength);
  // Zero removes it, or is over as soon as it came.
  if (expires == seconds{0}) return tag;
  publication.tag = tag;
  publication.expiry = std::make_unique<Timer>(timers_, [this, extension, tag] { expire(extension, tag); });
  publication.expiry->start(expires);
  List& list = publications_[extension];
  if (list.size() == kMostOfOne) list.pop_front();
  list.push_back(std::move(publication));
  return tag;
}

void Publications::expire(const std::string& extension, const std::string& tag) {
  const auto known = publications_.find(extension);
  if (known == publications_.end()) return;
  std::erase_if(known->second, [&](const Publication& one) { return one.tag == tag; });
  if (known->second.empty()) publications_.erase(known);
  on_change_(extension);
}

std::optional<PublishedPresence> Publications::find(const std::string& extension) const {
  const auto known = publications_.find(extension);
  if (known == publications_.end()) return std::nullopt;
  PublishedPresence all;
  for (const Publication& one : known->second) {
    if (one.presence.open) all.open = all.open.value_or(false) || *one.presence.open;
    if (!one.presence.note.empty()) all.note = one.presence.note;
  }
  return all;
}

void Publications::remove_user(const std::string& extension) {
  if (publications_.erase(extension) > 0) on_change_(extension);
}

std::size_t Publications::size() const {
  std::size_t count = 0;
  for (const auto& [extension, list] : publications_) count += list.size();
  return count;
}

sip::Response Publications::refuse(const sip::Request& publish, const sip::Rejection& rejection) {
  auto response = sip::make_response(publish, rejection.status, random_.token(sip::kTagLength), rejection.reason);
  if (rejection.status == 423) response.add(sip::HeaderName::MinExpires, std::to_string(settings_.min_expires.count()));
  return response;
}

}  // namespace webcalling::events
