#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/timer_queue.hpp"
#include "events/package.hpp"
#include "events/surroundings.hpp"
#include "sip/dialog/dialog.hpp"

namespace webcalling::events {

/// Why we end a subscription (RFC 6665 section 4.1.3).
enum class EndReason {
  Timeout,      ///< not refreshed, or unsubscribed
  Deactivated,  ///< subscribe again at once
  Probation,    ///< subscribe again later
  Rejected,     ///< not allowed any more
  NoResource,   ///< what it was about is gone
};

/// One subscription of one subscriber in a dialog of its own: the notifier's side of RFC 6665 section 4.2. Who may
/// subscribe to what was decided before, hence none is ever pending. One NOTIFY is under way at a time, and then the
/// newest state; the last one of all waits for nobody.
///
///            refresh                        change, soon after the last NOTIFY
///   Telling <------- Idle <----------------------------> Resting
///     |  ^----change--'^ '--end(), expired--> Over          |  ^
///     |  '--------------------the rest is over--------------'  |
///     '--answered--> Idle    '--refused, not answered--> Over
class Subscription : public std::enable_shared_from_this<Subscription> {
 public:
  struct Setup {
    std::string watcher;
    Subject subject;
    const Package& package;
    /// The id of the Event header; empty if there is none.
    std::string event_id;
    sip::Dialog dialog;
  };
  /// It ended by itself: it expired, or the subscriber knows nothing of it. Called at most once, as the last thing.
  using OnOver = std::function<void()>;

  Subscription(Surroundings& surroundings, Setup setup, OnOver on_over);

  /// Lasts that long from now, and tells the state at once, whatever was told before (RFC 6665 section 4.2.1.2). After
  /// the 2xx to SUBSCRIBE was sent.
  void extend(std::chrono::seconds expires);
  /// What it is about may have changed.
  void note_change();
  /// Tells the state for the last time.
  void end(EndReason reason);
  /// Ends without a word: there is no way to the subscriber any more.
  void forget();

  [[nodiscard]] sip::Dialog& dialog() { return setup_.dialog; }
  [[nodiscard]] const sip::Dialog& dialog() const { return setup_.dialog; }
  [[nodiscard]] const std::string& watcher() const { return setup_.watcher; }
  [[nodiscard]] const Subject& subject() const { return setup_.subject; }
  [[nodiscard]] const Package& package() const { return setup_.package; }
  [[nodiscard]] const std::string& event_id() const { return setup_.event_id; }
  /// When it was made or refreshed last.
  [[nodiscard]] TimePoint refreshed() const { return refreshed_; }
  [[nodiscard]] bool is_over() const { return state_ == State::Over; }

 private:
  enum class State {
    Idle,     ///< the subscriber knows what was told, and nothing has changed since
    Telling,  ///< a NOTIFY is on its way
    Resting,  ///< something has changed, but the last NOTIFY is not old enough
    Over,
  };
  /// What is to follow the NOTIFY that is on its way.
  enum class Next { Nothing, Change, Everything };

  void tell(const std::string& subscription_state);
  void tell_active();
  void tell_change();
  void receive(const sip::Response& response);
  void enter_over();
  [[nodiscard]] std::size_t fingerprint() const;

  Surroundings& house_;
  Setup setup_;
  OnOver on_over_;
  State state_ = State::Idle;
  Next next_ = Next::Nothing;
  std::uint32_t version_ = 0;
  /// Of the state that was told last: what is the same is not told again.
  std::size_t told_ = 0;
  TimePoint told_at_;
  TimePoint refreshed_;
  TimePoint expires_at_;
  Timer expiry_;
  Timer rest_;
};

}  // namespace webcalling::events
