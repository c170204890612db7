#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "registrar/binding.hpp"
#include "registrar/register_wish.hpp"
#include "registrar/settings.hpp"
#include "sip/message/message.hpp"

namespace webcalling::registrar {

/// Where the devices of each extension are (RFC 3261 section 10.3). Sans-IO. Knows nothing of passwords: who a REGISTER
/// comes from was found out before.
class Registrar {
 public:
  /// Who wants to know. Called from the timer queue after the change is complete, and so after the caller of handle()
  /// had the time to send its response; any method of the registrar may be called from inside.
  class Listener {
   public:
    virtual ~Listener() = default;
    /// A new device, or a known one that came over another flow. A mere refresh is silent.
    virtual void on_registered(const std::string& user, const Binding& binding) = 0;
    /// Unregistered, expired, displaced by newer devices, or its connection closed.
    virtual void on_unregistered(const std::string& user, const Binding& binding) = 0;
  };
  /// For the Date header.
  using WallClock = std::function<WallTime()>;

  Registrar(TimerQueue& timers, Random& random, WallClock wall_clock, Settings settings = {});
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;

  void set_listener(Listener& listener) { listener_ = &listener; }

  /// Serves a REGISTER that `user` has proved to have sent: all of it, or nothing with 400, 403, 423 or 500. A 200
  /// lists every binding, each on a Contact line of its own (a browser phone that does not find itself there never
  /// registers again).
  [[nodiscard]] sip::Response handle(const sip::Request& request, std::string_view user, const sip::Flow& flow);

  /// The live bindings, last refreshed first.
  [[nodiscard]] std::vector<Binding> find(std::string_view user) const;
  /// True if a binding was lost with its connection less than `within` ago and no new one has come since: the device is
  /// probably coming back, so let the caller ring. Remembered for a minute.
  [[nodiscard]] bool recently_lost(std::string_view user, Duration within) const;

  /// Must be told of every connection that closed: its bindings end.
  void remove_connection(sip::ConnectionId connection);
  /// The account is gone or has a new password.
  void remove_user(std::string_view user);

  /// All bindings of all users.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Record {
    Record(TimerQueue& timers, std::function<void()> on_deadline) : deadline(timers, std::move(on_deadline)) {}
    std::vector<Binding> bindings;
    std::optional<TimePoint> lost_at;
    /// The next expiry of any of the above.
    Timer deadline;
  };
  enum class Change { Registered, Unregistered };
  struct Event {
    Change change;
    std::string user;
    Binding binding;
  };

  /// The refusal of a request that came after a later one (section 10.3 steps 6 and 7).
  [[nodiscard]] bool is_out_of_order(const Record& record, const RegisterWish& wish, std::string_view call_id,
                                     std::uint32_t cseq) const;
  void apply(Record& record, const std::string& user, const Binding& device, std::chrono::seconds expires);
  [[nodiscard]] sip::Response list_bindings(const sip::Request& request, const Record& record);
  [[nodiscard]] sip::Response refuse(const sip::Request& request, int status, std::string_view reason);

  Record& record_of(const std::string& user);
  /// Ends the bindings that `predicate` picks.
  template <typename Predicate>
  void end_bindings(const std::string& user, Record& record, Predicate predicate);
  void expire(const std::string& user);
  /// Sets the record's deadline, or forgets it if nothing is left in it.
  void settle(const std::string& user);
  void tell(Change change, const std::string& user, const Binding& binding);
  void deliver();

  TimerQueue& timers_;
  Random& random_;
  WallClock wall_clock_;
  Settings settings_;
  Listener* listener_ = nullptr;
  std::map<std::string, Record, std::less<>> records_;
  std::unordered_map<sip::ConnectionId, std::set<std::string>> users_of_connection_;
  std::vector<Event> events_;
  Timer delivery_;
};

}  // namespace webcalling::registrar
