#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "media/rtp/telephone_event.hpp"

namespace webcalling::media {

/// Produces the packets of one digit, one every kInterval, and the end three times (RFC 4733, section 2.5.1.4).
class DigitSender {
 public:
  static constexpr Duration kInterval = 20ms;

  explicit DigitSender(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  /// Begins `digit` at the outgoing timestamp `start`; a digit in progress is cut off. `length` is at least 40 ms (RFC
  /// 4733 receivers of older make miss shorter ones) and at most what 16 bits of the clock hold.
  Result<void> start(char digit, RtpTimestamp start, Duration length = 100ms);

  /// The packet of this interval; nothing when the digit is over.
  [[nodiscard]] std::optional<TelephoneEventPacket> next();
  [[nodiscard]] bool busy() const { return ends_left_ > 0; }

 private:
  std::uint32_t clock_rate_;
  TelephoneEventPacket packet_;
  std::uint16_t length_ = 0;
  int ends_left_ = 0;
};

}  // namespace webcalling::media
