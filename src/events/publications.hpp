#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "events/event_wish.hpp"
#include "events/published_presence.hpp"
#include "events/settings.hpp"
#include "sip/message/message.hpp"

namespace webcalling::events {

/// What extensions publish of their own presence (RFC 3903), until it expires. Each phone of an extension has its own
/// publication, named by an entity-tag. Knows nothing of subscriptions, and nothing of passwords.
class Publications final : public PresenceSource {
 public:
  using OnChange = std::function<void(const std::string& extension)>;

  /// `on_change` is called when all is done, from inside handle() or the timer queue.
  Publications(TimerQueue& timers, Random& random, Settings settings, OnChange on_change);
  Publications(const Publications&) = delete;
  Publications& operator=(const Publications&) = delete;

  /// Serves a PUBLISH that `extension` has proved to have sent, for itself: 200 with the new SIP-ETag, or 400, 403,
  /// 412, 413, 415, 423, 489.
  [[nodiscard]] sip::Response handle(const sip::Request& publish, const std::string& extension);

  /// Open if one of its phones says so; the note of the phone that published last.
  [[nodiscard]] std::optional<PublishedPresence> find(const std::string& extension) const override;

  /// The account is gone, or has a new password.
  void remove_user(const std::string& extension);
  [[nodiscard]] std::size_t size() const;

  /// Phones of one extension; one more displaces the one that published longest ago.
  static constexpr std::size_t kMostOfOne = 10;
  static constexpr std::size_t kMostBytes = 16 * 1024;

 private:
  struct Publication {
    std::string tag;
    PublishedPresence presence;
    std::unique_ptr<Timer> expiry;
  };
  /// Published last at the end.
  using List = std::list<Publication>;

  [[nodiscard]] tl::expected<std::optional<PublishedPresence>, sip::Rejection> read_body(
      const sip::Request& publish) const;
  [[nodiscard]] tl::expected<Publication, sip::Rejection> take_old(const sip::Request& publish,
                                                                   const std::string& extension);
  [[nodiscard]] sip::Response refuse(const sip::Request& publish, const sip::Rejection& rejection);
  [[nodiscard]] std::string keep(const std::string& extension, Publication publication, std::chrono::seconds expires);
  void expire(const std::string& extension, const std::string& tag);

  TimerQueue& timers_;
  Random& random_;
  Settings settings_;
  OnChange on_change_;
  std::map<std::string, List> publications_;
};

}  // namespace webcalling::events
