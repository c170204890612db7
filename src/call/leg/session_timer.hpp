#pragma once

#include <chrono>
#include <functional>
#include <tl/expected.hpp>

#include "base/timer_queue.hpp"
#include "sip/message/call_headers.hpp"
#include "sip/message/message.hpp"

namespace webcalling::call {

struct SessionTimerSettings {
  /// What we ask for and answer with.
  std::chrono::seconds interval{1800};
  /// What we take at least (RFC 4028 section 5: never below 90 s on a real network).
  std::chrono::seconds min_interval{90};
};

/// How one call finds out that the other side is gone although nothing says so.
struct SessionTerms {
  enum class Watch {
    WeRefresh,      ///< we send a refresh at half of the interval
    PeerRefreshes,  ///< it does; without one the call ends
    WeProbe,        ///< it knows no session timer: we ask at half of the interval whether it still knows the call
  };
  std::chrono::seconds interval{1800};
  Watch watch = Watch::WeProbe;

  friend bool operator==(const SessionTerms&, const SessionTerms&) = default;
};

/// What an INVITE or UPDATE of the peer asks for, in an answer of ours (RFC 4028 section 9). Fails with our least
/// interval if it asks for less: 422.
[[nodiscard]] tl::expected<SessionTerms, sip::MinSe> session_terms_asked(const sip::Request& request,
                                                                         const SessionTimerSettings& settings);
/// What a 2xx of the peer to our request says (section 7.2).
[[nodiscard]] SessionTerms session_terms_answered(const sip::Response& response, const SessionTimerSettings& settings);

/// Puts the terms into our 2xx to a request of the peer.
void put_session_terms(sip::Response& response, const SessionTerms& terms);
/// Puts what we ask for into an INVITE of ours.
void put_session_wish(sip::Request& invite, std::chrono::seconds interval, const SessionTimerSettings& settings);
/// Puts the terms that hold into a refresh, so that they go on to hold (section 7.4).
void put_session_terms(sip::Request& refresh, const SessionTerms& terms);

/// The clock of one session: tells when a refresh is due and when the session is over.
class SessionTimer {
 public:
  struct Events {
    /// Half of the interval is over and it is on us to do something.
    std::function<void()> on_due;
    /// Nothing was heard for too long: the call is to be ended.
    std::function<void()> on_expired;
  };

  SessionTimer(TimerQueue& timers, Events events);

  /// From now on, also after every refresh.
  void start(const SessionTerms& terms);
  void stop();
  [[nodiscard]] const SessionTerms& terms() const { return terms_; }

 private:
  SessionTerms terms_;
  Events events_;
  Timer due_;
  Timer expiry_;
};

}  // namespace webcalling::call
