#pragma once

#include <cstddef>
#include <deque>

#include "call/leg/dialog_requests.hpp"
#include "call/leg/info_digit.hpp"

namespace webcalling::call {

/// Tells a peer by INFO which keys were pressed, in their order: each waits until the one before it was answered, since
/// a request that overtakes another is refused (RFC 3261 section 12.2.2). What a peer refuses is not repeated.
class InfoDigitSender {
 public:
  /// More than anybody types ahead; what comes then is dropped.
  static constexpr std::size_t kMostWaiting = 32;

  explicit InfoDigitSender(DialogRequests& dialog) : dialog_(dialog) {}

  /// False if too many wait already.
  bool send(const InfoDigit& digit);
  /// Nothing more is told.
  void stop();

 private:
  void send_next();

  DialogRequests& dialog_;
  /// The first one is under way.
  std::deque<InfoDigit> waiting_;
};

}  // namespace webcalling::call
