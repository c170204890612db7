#pragma once

#include <functional>
#include <memory>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "call/leg/dialog_requests.hpp"
#include "call/leg/ending.hpp"
#include "call/leg/leg_media.hpp"
#include "call/leg/peer_abilities.hpp"
#include "call/leg/session_timer.hpp"

namespace webcalling::call {

/// Keeps one confirmed call alive (RFC 4028): sends what the terms ask of us - UPDATE, or a re-INVITE to a peer that
/// does not know UPDATE, or OPTIONS to one without session timers - and tells when the peer is lost. A re-INVITE that
/// meets one of the peer is sent again a little later (RFC 3261 section 14.1).
///
///   Idle --due--> Asking --answered--> Idle
///                  |  ^
///                  491 +--later-- BackingOff
class SessionRefresh {
 public:
  enum class State { Idle, Asking, BackingOff };

  struct Events {
    /// The peer is gone or knows nothing of the call. The last event.
    std::function<void(Cause cause)> on_lost;
    /// The answer to a re-INVITE of ours changed what the peer wants.
    std::function<void()> on_media_changed;
  };
  /// `owns_call_id`: the dialog began with an INVITE of ours; decides how long to wait after a glare.
  struct Setup {
    bool owns_call_id = false;
    SessionTimerSettings settings{};
  };

  /// What is given by reference outlives it.
  SessionRefresh(TimerQueue& timers, Random& random, DialogRequests& dialog, LegMedia& media, const PeerAbilities& peer,
                 Setup setup, Events events);
  SessionRefresh(const SessionRefresh&) = delete;
  SessionRefresh& operator=(const SessionRefresh&) = delete;

  /// The call is confirmed, or the peer has refreshed it: the terms count from now on.
  void start(const SessionTerms& terms);
  void stop();
  [[nodiscard]] State state() const { return state_; }

 private:
  void refresh();
  void probe();
  void update();
  void reinvite();
  void send(sip::Request request, void (SessionRefresh::*receive)(const sip::Response&));
  void receive_probe_response(const sip::Response& response);
  void receive_refresh_response(const sip::Response& response);
  void receive_reinvite_response(const sip::Response& response);
  /// True if the response says that the call is over.
  [[nodiscard]] bool is_lost(const sip::Response& response);
  void back_off();

  Random& random_;
  DialogRequests& dialog_;
  LegMedia& media_;
  const PeerAbilities& peer_;
  Setup setup_;
  Events events_;
  State state_ = State::Idle;
  SessionTimer timer_;
  Timer retry_;
  /// What is called back is gone with it.
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace webcalling::call
