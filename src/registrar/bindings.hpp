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
#include "registrar/binding_store.hpp"

namespace webcalling::registrar {

/// All bindings of all users: how they come, move and go. Knows nothing of REGISTER.
class Bindings {
 public:
  /// Who wants to know. Called from the timer queue after the change is complete; any method may be called from inside.
  class Listener {
   public:
    virtual ~Listener() = default;
    /// A new device, or a known one that came over another flow. A mere refresh is silent.
    virtual void on_registered(const std::string& user, const Binding& binding) = 0;
    /// Unregistered, expired, displaced by newer devices, or its connection closed.
    virtual void on_unregistered(const std::string& user, const Binding& binding) = 0;
  };
  using WallClock = std::function<WallTime()>;
  using Predicate = std::function<bool(const Binding&)>;

  Bindings(TimerQueue& timers, Random& random, WallClock wall_clock, std::size_t most_of_one_user);
  Bindings(const Bindings&) = delete;
  Bindings& operator=(const Bindings&) = delete;

  void set_listener(Listener& listener) { listener_ = &listener; }
  void set_journal(BindingJournal& journal) { journal_ = &journal; }

  /// Adds a binding or replaces the one that is the same (see is_same_binding); one too many displaces the one that was
  /// refreshed longest ago. Its id, its incarnation and the time of its refresh are set here.
  void put(const std::string& user, Binding binding);
  /// Ends the bindings that `predicate` picks.
  void remove_if(const std::string& user, const Predicate& predicate);
  /// The account is gone or has a new password: nothing is left of its bindings.
  void remove_user(const std::string& user);
  /// Ends the bindings of a connection that closed, except those that lead to a proxy which can be connected to anew.
  void remove_connection(sip::ConnectionId connection);
  /// Bindings of this user that would have to be connected to at `listening` are reached over this connection instead
  /// (RFC 5923), which comes from the same address. Gives their number.
  std::size_t adopt_connection(const std::string& user, const sip::Flow& flow, const Endpoint& listening);
  /// Takes over what was written down before a restart, and tells nobody. What needs a connection that is gone counts
  /// as lost just now. Gives the number of bindings that can be used.
  std::size_t restore(std::vector<StoredBinding> stored);

  /// The live bindings, refreshed last first.
  [[nodiscard]] std::vector<Binding> find(std::string_view user) const;
  /// True if `predicate` picks one of them.
  [[nodiscard]] bool has_any(std::string_view user, const Predicate& predicate) const;
  /// The bindings of the device that has this incarnation; none if that is over.
  [[nodiscard]] std::vector<Binding> find(std::uint64_t incarnation) const;
  /// True if a binding was lost with its connection less than `within` ago and no new one has come since. Remembered
  /// for a minute.
  [[nodiscard]] bool recently_lost(std::string_view user, Duration within) const;
  [[nodiscard]] std::size_t size() const;
  /// Everything, as it would be written down now.
  [[nodiscard]] std::vector<StoredBinding> snapshot() const;

 private:
  struct Record {
    Record(TimerQueue& timers, std::function<void()> on_deadline) : deadline(timers, std::move(on_deadline)) {}
    /// Refreshed last first.
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

  Record& record_of(const std::string& user);
  void set_incarnation(const std::string& user, Record& record, Binding& binding);
  void remove_if(const std::string& user, Record& record, const Predicate& predicate);
  void end(const std::string& user, const Record& record, const Binding& binding);
  /// False if it is over or needs a connection.
  bool restore(const StoredBinding& stored, WallTime now);
  void expire(const std::string& user);
  /// Sets the record's deadline, or forgets it if nothing is left in it.
  void settle(const std::string& user);
  void write_down(const std::string& user, const Binding& binding);
  [[nodiscard]] StoredBinding describe(const std::string& user, const Binding& binding) const;
  void tell(Change change, const std::string& user, const Binding& binding);
  void deliver();

  TimerQueue& timers_;
  Random& random_;
  WallClock wall_clock_;
  std::size_t most_of_one_user_;
  Listener* listener_ = nullptr;
  BindingJournal* journal_ = nullptr;
  std::uint64_t last_id_ = 0;
  std::map<std::string, Record, std::less<>> records_;
  std::unordered_map<sip::ConnectionId, std::set<std::string>> users_of_connection_;
  std::unordered_map<std::uint64_t, std::string> users_of_incarnation_;
  std::vector<Event> events_;
  Timer delivery_;
};

}  // namespace webcalling::registrar
