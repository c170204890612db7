#pragma once

#include <chrono>
#include <cstddef>

#include "base/time.hpp"

namespace webcalling::messaging {

struct Settings {
  /// Of the content, in bytes; more is refused with 413.
  std::size_t max_size = 32'768;
  /// Messages kept for one extension, and for all of them together; one more is refused with 480.
  std::size_t max_kept = 100;
  std::size_t max_kept_in_all = 10'000;
  /// What nobody has fetched by then is thrown away.
  std::chrono::hours max_age{7 * 24};
  /// Senders that wait for their answer at one time; one more is refused with 503.
  std::size_t max_unanswered = 500;
  /// A sender waits at most so long for the devices; then the message is written down, and it is told so. Its
  /// transaction ends after 32 s (RFC 3261 section 17.1.2.2, timer F), and by then it should know (RFC 4320).
  Duration patience_of_senders = 8s;
};

}  // namespace webcalling::messaging
