#pragma once

#include <optional>
#include <string>

#include "base/time.hpp"
#include "call/call_id.hpp"
#include "call/ending.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::call {

/// One line of the call records: written once, when the call is over.
struct CallRecord {
  CallId id;
  std::string caller;
  std::string dialled;
  Duration ring_time{};
  /// Nothing if the call was never answered.
  std::optional<Duration> talk_time;
  Cause cause = Cause::HungUp;
};

/// A call from the caller's INVITE to the last BYE. Owned by CallControl, which forgets it once it is finished.
class Call {
 public:
  virtual ~Call() = default;
  /// Ends the call for everybody.
  virtual void hang_up(Cause cause) = 0;
  /// A stream connection broke; see CallControl::on_connection_lost.
  virtual void on_connection_lost(sip::ConnectionId connection) = 0;
  /// All legs are ended; the record is final.
  [[nodiscard]] virtual bool finished() const = 0;
  [[nodiscard]] virtual const CallRecord& record() const = 0;
};

}  // namespace webcalling::call
