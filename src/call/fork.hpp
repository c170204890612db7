#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "call/leg/outgoing_leg.hpp"
#include "call/switchboard.hpp"

namespace webcalling::call {

/// The phones that ring for one call: those of one group at once, the next group when the one before has refused or was
/// silent for too long. Counts what became of them; who may have what is decided by the call.
class Fork {
 public:
  Fork(Surroundings& surroundings, LegListener& listener, CallId call)
      : house_(surroundings), listener_(listener), call_(call) {}

  /// Begins anew; phones of an earlier round that are still being hung up are kept until they are done. False if no
  /// phone could be called.
  [[nodiscard]] bool ring(RingOrder order, const Invitation& invitation);
  /// Further phones beside those that ring, e.g. where one of them sends the call on to. False if none could be called.
  [[nodiscard]] bool add(const RingOrder& order, const Invitation& invitation);
  /// Gives the silent group up for the next one; false if there is none.
  [[nodiscard]] bool ring_next_group();

  /// A phone has refused, or failed: what the caller should be told, if nobody is left who could answer. A person's
  /// refusal (6xx) speaks for the whole extension (RFC 3261 section 16.7 step 5).
  [[nodiscard]] std::optional<Ending> note_failure(const Ending& ending);
  /// One phone has the call: the others of this round are cancelled. Null if it is none of them.
  [[nodiscard]] std::shared_ptr<Leg> take(const Leg& winner);
  /// Nobody shall answer any more.
  void stop(const Ending& ending);

  [[nodiscard]] bool owns(const Leg& leg) const;
  /// Several phones ring at once: whose announcement would the caller hear?
  [[nodiscard]] bool rings_several() const { return branches_.size() > 1; }
  [[nodiscard]] bool has_next_group() const { return !waiting_.empty(); }
  /// Nothing more is to be done for any of its phones.
  [[nodiscard]] bool finished() const;

 private:
  [[nodiscard]] bool ring_group(const std::vector<Destination>& group);

  Surroundings& house_;
  LegListener& listener_;
  CallId call_;
  Invitation invitation_;
  std::deque<std::vector<Destination>> waiting_;
  /// Of this round.
  std::vector<std::shared_ptr<OutgoingLeg>> branches_;
  /// Of earlier rounds, and losers.
  std::vector<std::shared_ptr<OutgoingLeg>> leaving_;
  std::optional<Ending> best_failure_;
};

}  // namespace webcalling::call
