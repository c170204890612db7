#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/timer_queue.hpp"
#include "call/call.hpp"
#include "call/fork.hpp"
#include "call/kept_call.hpp"
#include "call/leg/incoming_leg.hpp"
#include "call/leg/revived_leg.hpp"
#include "call/record_keeper.hpp"
#include "call/switchboard.hpp"

namespace webcalling::call {

/// Two parties who hear each other, or one who waits while the phones of the other ring: all ring, the first answer
/// wins, the others are cancelled. Either may transfer the other to somebody else (RFC 3515), and then waits until that
/// is done.
///
/// Where somebody of another domain is called, its servers are looked up before anything rings.
///
///   Ringing --answer--> Connected --BYE--> Ended
///    |  ^                   |
///    |  +-----transfer------+--the other end goes to another call--> Ended
///    +--cancel, no answer, all refused--> Ended, or Connected again after a transfer that came to nothing
class BridgedCall final : public Call, private LegListener {
 public:
  enum class State { Ringing, Connected, Ended };

  struct Settings {
    Duration ring_timeout = 60s;
    Fork::Settings fork{};
    /// How often a call may be sent on by phones (302).
    std::size_t max_forwardings = 5;
  };

  BridgedCall(Surroundings& surroundings, CallId id, Switchboard& switchboard, Settings settings);

  /// Takes the caller's INVITE and rings the phones. The call may be finished afterwards.
  void start(const Party& caller, const sip::Request& invite, const sip::Flow& flow, const RingPhones& route);
  void start(const Party& caller, const sip::Request& invite, const sip::Flow& flow, const RingDomain& route);

  /// Goes on with one that has outlived a restart. The call may be finished afterwards. `answered`: when that was.
  /// Gives the legs that wait for their phones.
  std::vector<std::shared_ptr<RevivedLeg>> revive(const KeptCall& kept, TimePoint answered);

  void hang_up(const Ending& ending) override { end(ending); }
  [[nodiscard]] bool replace(const Leg& leaving, const std::shared_ptr<Leg>& joining) override;
  void take_over(const Leg& leaving, const Party& caller, const sip::Request& invite, const sip::Flow& flow) override;
  void on_connection_lost(sip::ConnectionId connection) override;
  [[nodiscard]] bool has(const Leg& leg) const override;
  [[nodiscard]] std::optional<Party> partner_of(const Leg& leg) const override;
  [[nodiscard]] bool finished() const override;
  [[nodiscard]] const CallRecord& record() const override { return record_.record(); }
  [[nodiscard]] State state() const { return state_; }

 private:
  void on_ringing(Leg& leg, bool early_media) override;
  void on_answered(Leg& leg) override;
  void on_redirected(Leg& leg, const std::vector<sip::Uri>& targets) override;
  void on_media_changed(Leg& leg) override;
  void on_digit(Leg& leg, const InfoDigit& digit, DigitPath path) override;
  void on_refer(Leg& leg, const Refer& refer) override;
  void on_transfer_told(Leg& leg) override;
  void on_ended(Leg& leg, const Ending& ending) override;

  /// False if the caller's INVITE has been refused.
  [[nodiscard]] bool begin(const Party& caller, const sip::Request& invite, const sip::Flow& flow,
                           const std::string& dialled);
  void ring(const RingPhones& route);
  void ring(const RingDomain& route);
  [[nodiscard]] Invitation invitation() const;
  /// Nobody is left who could answer.
  void fail(const Ending& ending);
  void connect(const std::shared_ptr<Leg>& callee);
  /// False if no target can be called.
  [[nodiscard]] bool forward_to(const sip::Uri& target, const std::shared_ptr<Leg>& forwarder);
  void forward_to(const RingDomain& route, const std::shared_ptr<Leg>& forwarder);
  void transfer(const std::shared_ptr<Leg>& transferee, const std::shared_ptr<Leg>& referrer, const Refer& refer);
  void transfer_to_number(const std::shared_ptr<Leg>& transferee, const sip::Uri& target);
  void transfer_to_call(const std::shared_ptr<Leg>& transferee, const sip::Replaces& dialog);
  /// How the transfer ended; without success the two are connected as before.
  void conclude_transfer(int status);
  /// The transferee, or the caller, belongs to another call now.
  /// The other leg goes, and is told why.
  [[nodiscard]] bool exchange(const Leg& leaving, const std::shared_ptr<Leg>& joining, const Ending& ending);
  void let_go(const std::shared_ptr<Leg>& leg);
  void end(const Ending& ending);
  /// The state of a connected call, for after a restart.
  void keep() const;
  void forget() const;
  /// Lets each side hear what it should: the other, or music while the other holds.
  void route_audio();
  [[nodiscard]] std::shared_ptr<Leg> owned(const Leg& leg) const;
  [[nodiscard]] std::shared_ptr<Leg> other_than(const Leg& leg) const;

  Surroundings& house_;
  Switchboard& switchboard_;
  Settings settings_;
  State state_ = State::Ringing;
  /// Who waits while phones ring.
  std::shared_ptr<Leg> caller_;
  std::shared_ptr<Leg> callee_;
  Fork fork_;
  /// Of domains that will ring.
  std::vector<std::shared_ptr<Lookup>> lookups_;
  std::vector<Forwarding> forwardings_;
  /// Who asked for the transfer that is under way.
  std::shared_ptr<Leg> referrer_;
  /// Hung up, but not done yet.
  std::vector<std::shared_ptr<Leg>> leaving_;
  Timer no_answer_;
  RecordKeeper record_;
  /// Of a call that has outlived a restart.
  std::optional<WallTime> connected_;
};

}  // namespace webcalling::call
