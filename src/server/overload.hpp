#pragma once

#include <optional>

#include "base/time.hpp"
#include "sip/message/glance.hpp"

namespace webcalling::server {

/// Tells whether more datagrams come than can be served, and which of them are turned away then: otherwise all wait
/// longer and longer, their senders ask again and again, and nobody is served (RFC 6357 section 3).
///
/// Every datagram is told with how long it has waited. A queue is normal after a moment in which we did nothing, and is
/// worked off; one that stays is overload (the idea of CoDel, RFC 8289 section 3): only when all have waited for long,
/// for a while and without a pause, somebody is turned away.
class Overload {
 public:
  /// A datagram is taken out of the queue.
  void note(TimePoint now, Duration waited);

  /// Whether `request`, which was noted last, is turned away. What has been begun goes on; who has answered our
  /// challenge goes before who has not, whose work is not done yet.
  [[nodiscard]] bool turns_away(const sip::Glance& request) const;
  /// It is worth a glance.
  [[nodiscard]] bool is_present() const { return is_present_; }

 private:
  std::optional<TimePoint> last_;
  std::optional<TimePoint> long_since_;
  Duration waited_{};
  bool is_present_ = false;
};

}  // namespace webcalling::server
