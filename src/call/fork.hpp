#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "base/timer_queue.hpp"
#include "call/leg/outgoing_leg.hpp"
#include "call/switchboard.hpp"

namespace webcalling::call {

/// The phones that ring for one call: those of one group at once, the next group when the one before has refused or did
/// not answer for too long. A phone with several ways to it is called over the first that works. Counts what became of
/// them; who may have what is decided by the call.
class Fork {
 public:
  struct Settings {
    /// How long the phones of one group ring before those of the next do.
    Duration group_timeout = 20s;
    /// Phones say at once that they ring: a way that is silent for so long is taken for dead if there is another. An
    /// INVITE has been sent four times by then (RFC 3261 section 17.1.1.2).
    Duration silence_of_a_dead_way = 5s;
  };

  Fork(Surroundings& surroundings, LegListener& listener, CallId call, Settings settings);

  /// Begins anew; phones of an earlier round that are still being hung up are kept until they are done. False if no
  /// phone could be called.
  [[nodiscard]] bool ring(RingOrder order, const Invitation& invitation);
  /// Further phones beside those that ring, e.g. where one of them sends the call on to. False if none could be called.
  [[nodiscard]] bool add(const RingOrder& order, const Invitation& invitation);
  /// A phone has refused, or failed: what the caller should be told, if nobody is left who could answer. A person's
  /// refusal (6xx) speaks for the whole extension (RFC 3261 section 16.7 step 5).
  [[nodiscard]] std::optional<Ending> note_failure(const Leg& failed, const Ending& ending);
  /// One phone has the call: the others of this round are cancelled. Null if it is none of them.
  [[nodiscard]] std::shared_ptr<Leg> take(const Leg& winner);
  /// Nobody shall answer any more.
  void stop(const Ending& ending);

  [[nodiscard]] bool owns(const Leg& leg) const;
  /// Several phones ring at once: whose announcement would the caller hear?
  [[nodiscard]] bool rings_several() const { return ringing() > 1; }
  /// Nothing more is to be done for any of its phones.
  [[nodiscard]] bool finished() const;

 private:
  /// Gives those of the present group up for the next one; false if there is none.
  [[nodiscard]] bool ring_next_group();
  [[nodiscard]] bool ring_group(const std::vector<Destination>& group);
  [[nodiscard]] bool open_branch(const Destination& destination);
  /// Takes the next way to a phone after one has failed; false if there is none.
  [[nodiscard]] bool try_next_way(const Destination& failed);
  void pass_over_silent_ways();
  /// Of the branches those that may still answer.
  [[nodiscard]] std::size_t ringing() const;

  Surroundings& house_;
  LegListener& listener_;
  CallId call_;
  Settings settings_;
  Invitation invitation_;
  std::deque<std::vector<Destination>> waiting_;
  /// Of this round.
  std::vector<std::shared_ptr<OutgoingLeg>> branches_;
  /// Of earlier rounds, and losers.
  std::vector<std::shared_ptr<OutgoingLeg>> leaving_;
  std::optional<Ending> best_failure_;
  Timer group_timeout_;
  Timer silence_;
};

}  // namespace webcalling::call
