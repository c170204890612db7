#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/accounts_for_tests.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "call/leg/media_for_tests.hpp"
#include "history/call_history.hpp"
#include "history/keeper_for_tests.hpp"
#include "locating/resolver_for_tests.hpp"
#include "messaging/keeper_for_tests.hpp"
#include "pbx/pbx.hpp"
#include "story/call_stories.hpp"
#include "support/sim_phone.hpp"

namespace webcalling::sim {

/// How bad the datagrams' way is. Streams only have the latency.
struct Weather {
  std::uint64_t seed = 1;
  Duration latency = 10ms;
  /// Of all datagrams, from 0 to 1; but never three in a row, so that no story depends on luck.
  double loss = 0;
  /// Datagrams take up to four times as long, each its own time.
  bool reorder = false;
};

/// One PBX, its phones and everything between them, on simulated time. The PBX has a timer queue of its own, so that a
/// test can count what it leaves behind.
class SimNetwork final : private sip::MessageSender, private call::CallKeeper {
 public:
  explicit SimNetwork(const Weather& weather, const Pbx::Settings& settings = {});
  ~SimNetwork() override;

  /// A phone with an account, already registered.
  SimPhone& phone(const std::string& extension, sip::TransportKind transport = sip::TransportKind::Udp);
  /// The same before it has said anything. Give `password` to have one that is not the account's.
  SimPhone& new_phone(const std::string& extension, sip::TransportKind transport = sip::TransportKind::Udp,
                      std::string_view password = kPassword);
  /// A phone whose settings are all but its address.
  SimPhone& add_phone(SimPhone::Settings settings);
  account::AccountsForTests& accounts() { return accounts_; }
  /// What the DNS of this world knows.
  locating::ResolverForTests& dns() { return dns_; }
  /// The server is killed, and another begins with what it has written down. Every connection is gone.
  void restart_pbx();

  void after(Duration delay, std::function<void()> action);
  void run_for(Duration duration);
  /// Until no packet is under way, nobody plans anything and the PBX has neither call nor transaction; or until it is
  /// clear that this will never be so.
  void run_until_idle();
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] TimePoint now() const { return pbx_timers_.now(); }

  [[nodiscard]] Pbx& pbx() { return *pbx_; }
  [[nodiscard]] call::RecordedMedia& media() { return media_; }
  /// Where the server keeps messages; it survives the server.
  [[nodiscard]] messaging::KeeperForTests& keeper() { return keeper_; }
  /// What the extensions remember of their calls; it survives the server as well.
  [[nodiscard]] const history::KeeperForTests& remembered() const { return remembered_; }
  /// Calls that a restart would go on with.
  [[nodiscard]] std::size_t kept_calls() const { return kept_calls_.size(); }
  [[nodiscard]] const history::CallHistory& history() const { return *history_; }
  [[nodiscard]] story::CallStories& stories() { return *stories_; }
  [[nodiscard]] const std::vector<std::unique_ptr<SimPhone>>& phones() const { return phones_; }
  [[nodiscard]] std::size_t pbx_timers() const { return pbx_timers_.size(); }

  /// Who or what a phone hears in its call: an extension, "ringback", "music", "silence", or "nothing" if it has no
  /// media.
  [[nodiscard]] std::string heard_by(const SimPhone& phone) const;
  /// What the media loop of the server knows of the phone's call; it must have one.
  [[nodiscard]] const call::RecordedMedia::Leg& leg_of(const SimPhone& phone) const;
  /// The media loop reports for the phone's call.
  void report(const SimPhone& phone, const media::LegEvent& event);

  /// The next datagrams that begin so do not arrive, whatever the weather.
  void lose(std::string_view beginning, std::size_t count) { doomed_ = {std::string(beginning), count}; }

  /// Bytes from an address that no phone of ours has.
  void send_from_stranger(std::string_view message);
  /// What the stranger got back, oldest first.
  [[nodiscard]] const std::vector<std::string>& answers_to_stranger() const { return answers_to_stranger_; }

  // For phones.
  void carry_to_pbx(const SimPhone& phone, const sip::Flow& flow, std::string_view message);
  /// A new connection of this phone; datagrams need none.
  sip::ConnectionId connect(SimPhone& phone);
  void disconnect(SimPhone& phone);
  [[nodiscard]] TimerQueue& world() { return world_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] static Endpoint pbx_address(sip::TransportKind transport);

  /// Every message as it was sent, with the time, for a person to read; and what the PBX logged.
  [[nodiscard]] std::string ladder() const;

  static constexpr std::string_view kPassword = "secret";

 private:
  void start_pbx();
  [[nodiscard]] WallTime wall_clock() const;
  void keep(const call::KeptCall& call) override;
  void forget(call::CallId id) override { kept_calls_.erase(id); }
  void receive(std::string_view message, const sip::Flow& flow);
  void send(const sip::Flow& flow, std::string_view message) override;
  [[nodiscard]] std::optional<Endpoint> local_towards(sip::TransportKind kind, const IpAddress& /*remote*/) override {
    return pbx_address(kind);
  }
  void carry_to_phone(const sip::Flow& flow, std::string_view message);
  void fail_later(const sip::Flow& flow);
  /// Runs what comes next, if it comes until then.
  bool step(TimePoint until);
  [[nodiscard]] bool is_lost(const SimPhone* phone, bool to_pbx, std::string_view message);
  [[nodiscard]] Duration travel_time(sip::TransportKind transport);
  [[nodiscard]] SimPhone* find_phone(const sip::Flow& flow) const;
  [[nodiscard]] sip::Flow flow_at_pbx(const SimPhone& phone) const;
  [[nodiscard]] std::string name_of(const media::LegId& leg) const;
  void note(std::string_view from, std::string_view to, std::string_view message, bool lost);

  Weather weather_;
  Pbx::Settings settings_;
  TimerQueue world_;
  TimerQueue pbx_timers_;
  SeededRandom random_;
  SeededRandom pbx_random_;
  call::RecordedMedia media_;
  account::AccountsForTests accounts_;
  messaging::KeeperForTests keeper_{pbx_timers_};
  locating::ResolverForTests dns_{world_};
  Log log_;
  std::vector<std::string> ladder_;
  std::vector<std::string> answers_to_stranger_;
  std::vector<std::unique_ptr<SimPhone>> phones_;
  std::map<sip::ConnectionId, SimPhone*> connections_;
  std::uint64_t last_connection_ = 0;
  std::pair<std::string, std::size_t> doomed_;
  /// How many datagrams each phone has lost in a row, in each direction.
  std::map<std::pair<const SimPhone*, bool>, std::size_t> lost_in_a_row_;
  history::KeeperForTests remembered_;
  std::map<call::CallId, call::KeptCall> kept_calls_;
  std::unique_ptr<history::CallHistory> history_;
  std::unique_ptr<story::CallStories> stories_;
  std::unique_ptr<Pbx> pbx_;
};

}  // namespace webcalling::sim
