#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "call/leg/call_id.hpp"
#include "call/leg/ending.hpp"
#include "call/leg/leg.hpp"
#include "call/leg/party.hpp"
#include "sip/message/message.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::call {

/// One line of the call records: written once, when the call is over.
struct CallRecord {
  CallId id;
  Party caller;
  std::string dialled;
  /// Of the INVITE with which it began; empty if it began with somebody who was in a call already.
  std::string call_id;
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
  virtual void hang_up(const Ending& ending) = 0;
  /// Another leg takes the place of one of this call, which is hung up. False if that one has none here (any more).
  [[nodiscard]] virtual bool replace(const Leg& leaving, const std::shared_ptr<Leg>& joining) = 0;
  /// The same with a leg that this INVITE makes (RFC 3891); it is answered in any case.
  virtual void take_over(const Leg& leaving, const Party& caller, const sip::Request& invite,
                         const sip::Flow& flow) = 0;
  /// A stream connection broke; see CallControl::on_connection_lost.
  virtual void on_connection_lost(sip::ConnectionId connection) = 0;
  /// The leg takes part in it: not one that it has hung up.
  [[nodiscard]] virtual bool has(const Leg& leg) const = 0;
  /// Who is connected with this leg; nothing if it is a service, or nobody yet.
  [[nodiscard]] virtual std::optional<Party> partner_of(const Leg& /*leg*/) const { return std::nullopt; }
  /// All legs are ended; the record is final.
  [[nodiscard]] virtual bool finished() const = 0;
  [[nodiscard]] virtual const CallRecord& record() const = 0;
};

}  // namespace webcalling::call
