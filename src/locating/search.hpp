#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "locating/first_step.hpp"
#include "locating/resolver.hpp"
#include "locating/target.hpp"
#include "sip/message/uri.hpp"

namespace webcalling::locating {

/// Finds the servers of one URI (RFC 3263 section 4, RFC 7984). Dropping it gives it up: nothing is told any more.
///
///   Naptr --records--> Services --SRV records--> Hosts --addresses--> Done
///     |                  ^    |                    ^
///     +--none------------+    +--none: the domain--+
///
/// What a domain may say is bounded: what it says beyond that is left out.
class Search final : public std::enable_shared_from_this<Search> {
 public:
  enum class State { Naptr, Services, Hosts, Done };

  /// The targets in the order in which they are to be tried, at least one. Otherwise an error that is a sentence about
  /// the domain: Missing, there is no server; Unsupported, none that we can reach; Malformed, the URI names none;
  /// Failed, DNS does not tell.
  using OnDone = std::function<void(const Result<std::vector<Target>>&)>;

  struct Outside {
    TimerQueue& timers;
    Random& random;
    Resolver& resolver;
    Abilities abilities{};
    /// Nobody waits longer for somebody to ring.
    Duration patience = 10s;
  };

  static constexpr std::size_t kMostServices = 8;
  static constexpr std::size_t kMostHosts = 16;
  static constexpr std::size_t kMostTargets = 16;

  /// `on_done` comes exactly once, never from inside start().
  [[nodiscard]] static std::shared_ptr<Search> start(const Outside& outside, const sip::Uri& uri, OnDone on_done);

  [[nodiscard]] State state() const { return state_; }

 private:
  Search(const Outside& outside, const sip::Uri& uri, OnDone on_done);

  void begin();
  void ask_naptr(const std::string& domain);
  void ask_services(std::vector<Service> services);
  void ask_hosts(std::vector<Host> hosts);
  void ask_addresses(const std::string& name, RecordType type);
  void receive_naptr(const Result<Answer>& answer);
  void receive_services();
  void receive_hosts();
  /// One of the present state's questions is answered.
  [[nodiscard]] bool is_last(const Result<Answer>& answer);
  [[nodiscard]] std::vector<IpAddress> addresses_of(const std::string& name) const;
  [[nodiscard]] std::string domain() const { return target_name(uri_); }
  void fail(Failure failure) { finish(std::move(failure)); }
  void finish(Result<std::vector<Target>> result);

  Outside outside_;
  sip::Uri uri_;
  OnDone on_done_;
  State state_ = State::Naptr;
  std::vector<Service> services_;
  /// Of each service.
  std::vector<std::vector<SrvRecord>> srv_;
  std::vector<Host> hosts_;
  std::vector<std::pair<std::string, IpAddress>> addresses_;
  std::size_t unanswered_ = 0;
  /// In the present state a question was not answered, or nobody answers at all.
  bool has_gap_ = false;
  bool is_silent_ = false;
  /// What is known without asking is told later, too.
  std::optional<Result<std::vector<Target>>> result_;
  Timer deadline_;
};

}  // namespace webcalling::locating
