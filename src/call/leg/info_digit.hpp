#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "sip/message/message.hpp"

namespace webcalling::call {

/// A key that was pressed, as phones tell it by INFO.
struct InfoDigit {
  char digit = '0';  ///< 0-9 * # A-D
  Duration duration = 160ms;
};

/// Reads `application/dtmf-relay` ("Signal=5\r\nDuration=160", of Cisco and nearly everybody) and `application/dtmf`
/// ("5"). Unsupported for another type of content, Malformed for what is no key. The duration is kept within 40 ms and
/// 5 s.
[[nodiscard]] Result<InfoDigit> read_info_digit(const sip::Request& info);

/// The body of an INFO in the first of these forms; its Content-Type is kDtmfRelay.
[[nodiscard]] std::string write_info_digit(const InfoDigit& digit);
inline constexpr std::string_view kDtmfRelay = "application/dtmf-relay";

}  // namespace webcalling::call
