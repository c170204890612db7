#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>

#include "events/settings.hpp"
#include "sip/message/message.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::events {

/// What a SUBSCRIBE, or a PUBLISH, says of itself.
struct EventWish {
  /// The package, in lower case: "presence".
  std::string event;
  /// Of the Event header; empty if there is none.
  std::string id;
  /// Within the limits of the settings; zero to end it, or to ask once.
  std::chrono::seconds expires{0};
};

/// The refusal otherwise: 400 for an Event header that cannot be read, 489 without one, 423 for too short a time.
[[nodiscard]] tl::expected<EventWish, sip::Rejection> read_event_wish(const sip::Request& request,
                                                                      const Settings& settings);

/// RFC 6665 section 3.1.3: a subscriber that lists no types takes the one of the package.
[[nodiscard]] bool accepts(const sip::Request& request, std::string_view body_type);

}  // namespace webcalling::events
