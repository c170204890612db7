#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/timer_queue.hpp"
#include "call/call.hpp"
#include "call/incoming_leg.hpp"
#include "call/outgoing_leg.hpp"
#include "call/record_keeper.hpp"

namespace webcalling::call {

/// A caller and the phones of one extension: all ring, the first answer wins, the others are cancelled; then both hear
/// each other until one hangs up.
///
///   Ringing --answer--> Connected --BYE--> Ended
///      +--cancel, no answer, all refused--> Ended
class BridgedCall final : public Call, private LegListener {
 public:
  enum class State { Ringing, Connected, Ended };

  struct Settings {
    Duration ring_timeout = 60s;
  };

  BridgedCall(Surroundings& surroundings, Settings settings, CallId id, CallerIdentity caller);

  /// Takes the caller's INVITE and rings the destinations. The call may be finished afterwards.
  void start(const sip::Request& invite, const sip::Flow& flow, const std::vector<Destination>& destinations);

  void hang_up(Cause cause) override;
  void on_connection_lost(sip::ConnectionId connection) override;
  [[nodiscard]] bool finished() const override;
  [[nodiscard]] const CallRecord& record() const override { return record_.record(); }
  [[nodiscard]] State state() const { return state_; }

 private:
  void on_ringing(Leg& leg, bool early_media) override;
  void on_answered(Leg& leg) override;
  void on_media_changed(Leg& leg) override;
  void on_digit(Leg& leg, char digit) override;
  void on_ended(Leg& leg, Cause cause) override;

  void ring(const std::vector<Destination>& destinations);
  [[nodiscard]] bool open_branch(const Destination& destination);
  /// Takes the next way to a phone after one has failed; false if there is none.
  [[nodiscard]] bool try_next_way(const Destination& failed);
  /// Phones answer at once that they ring: a way that is silent is taken for dead if there is another.
  void pass_over_silent_ways();
  void on_branch_ended(const Leg& leg, Cause cause);
  /// Those that may still answer.
  [[nodiscard]] std::ptrdiff_t ringing_branches() const;
  void end(Cause cause);
  /// Lets each side hear what it should: the other, or music while the other holds.
  void route_audio();
  [[nodiscard]] std::vector<sdp::Codec> codecs_for_callee() const;

  Surroundings& house_;
  Settings settings_;
  CallerIdentity caller_identity_;
  State state_ = State::Ringing;
  std::shared_ptr<IncomingLeg> caller_;
  std::vector<std::shared_ptr<OutgoingLeg>> branches_;
  /// The branch that answered.
  std::shared_ptr<OutgoingLeg> callee_;
  /// Of the branches that failed so far, what the caller should be told.
  std::optional<Cause> best_failure_;
  Timer no_answer_;
  Timer silence_;
  RecordKeeper record_;
};

}  // namespace webcalling::call
