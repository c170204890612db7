#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "guard/ban_list.hpp"
#include "guard/settings.hpp"
#include "guard/source_table.hpp"

namespace webcalling::guard {

/// What somebody is suspected for.
enum class Offence {
  WrongPassword,     ///< credentials that do not fit, whether the extension exists or not
  UnknownExtension,  ///< a registration or call in the name of an extension that does not exist
  UnknownNumber,     ///< an extension dialled a number that leads nowhere
};

/// Whether the sender must really be at its address, or may have invented it (UDP before a challenge was answered).
enum class Proof { None, Address };

/// Why somebody was turned away, for the metrics.
enum class Denial { Banned, Requests, Connections, Calls, Transactions, Scanner };
inline constexpr std::size_t kDenials = 6;
[[nodiscard]] std::string_view text(Denial denial);

/// Decides whom we listen to, by address and before anything is parsed: how many requests, connections and calls a
/// source may have, and who is banned for guessing. Constant work and no allocation per request; memory is bounded
/// whatever comes. Knows nothing of SIP or HTTP, nor of sockets.
///
/// Of one source, most is forgiven where somebody has authenticated lately: an office behind one address is not shut
/// out over one phone, and its calls go on while it is busy.
class Guard {
 public:
  /// What the guard borrows; all of it outlives the guard.
  struct Outside {
    TimerQueue& timers;
    Random& random;
    std::function<WallTime()> wall_clock;
    const Log& log;
  };
  enum class Verdict {
    Pass,
    Refuse,  ///< too many: say so (503, 429)
    Drop,    ///< too many, and it has been told less than a second ago
    Banned,
  };
  /// One open connection, or one call, for as long as it lives.
  using Ticket = std::shared_ptr<const void>;

  Guard(Outside outside, Settings settings);

  [[nodiscard]] const Settings& settings() const { return settings_; }

  /// Who speaks over a connection of `peer` that brought this X-Forwarded-For.
  [[nodiscard]] IpAddress client_of(const IpAddress& peer, std::string_view forwarded_for) const;
  [[nodiscard]] bool is_trusted(const IpAddress& address) const;

  /// One SIP message or HTTP request.
  [[nodiscard]] Verdict admit(const IpAddress& source);
  /// A connection, which counts as a request as well; null if it is one too many, or the source is banned.
  [[nodiscard]] Ticket admit_connection(const IpAddress& source);
  /// A call that this source begins; null if it is one too many.
  [[nodiscard]] Ticket admit_call(const IpAddress& source);
  /// A server transaction. They end by themselves (RFC 3261 timers J and H), so that their number is limited by
  /// limiting how fast they begin.
  [[nodiscard]] bool admit_transaction(const IpAddress& source);
  /// False for programs of attackers; they are banned.
  [[nodiscard]] bool admit_agent(const IpAddress& source, std::string_view user_agent, Proof proof);

  void on_authenticated(const IpAddress& source);
  /// `who` is the extension or number that was tried.
  void on_offence(const IpAddress& source, Offence offence, std::string_view who, Proof proof);

  [[nodiscard]] bool is_banned(const IpAddress& source) const;
  /// Calls `action` with each ban as it begins, from inside the call that caused it.
  void set_on_ban(std::function<void(const Ban&)> action) { on_ban_ = std::move(action); }
  void set_journal(BanJournal& journal) { bans_.set_journal(journal); }
  /// The bans of an earlier run.
  void restore(const std::vector<Ban>& bans);
  /// What somebody else has decided: `bans` are all that there shall be, but those of sources that `keep` names stay as
  /// they are.
  void replace(const std::vector<Ban>& bans, const std::function<bool(const Network&)>& keep);
  [[nodiscard]] std::vector<Ban> bans() const { return bans_.all(); }

  [[nodiscard]] std::size_t active_bans() const { return bans_.active(now()); }
  /// Requests that were admitted.
  [[nodiscard]] std::uint64_t admitted() const { return admitted_; }
  [[nodiscard]] std::uint64_t bans_made() const { return bans_made_; }
  [[nodiscard]] std::uint64_t denied(Denial denial) const { return denied_[static_cast<std::size_t>(denial)]; }
  [[nodiscard]] std::size_t open_connections() const;

 private:
  class Counted;
  /// By site; bounded by what is counted, and shared with the tickets.
  using Counts = std::map<IpAddress, std::size_t>;

  [[nodiscard]] TimePoint now() const { return outside_.timers.now(); }
  [[nodiscard]] bool is_exempt(const IpAddress& source) const;
  [[nodiscard]] bool is_known(const Source& source) const { return source.known_until > now(); }
  [[nodiscard]] double factor(const Source& source) const { return is_known(source) ? settings_.known_factor : 1; }
  [[nodiscard]] Source& remember(const IpAddress& source);
  /// How many are counted for the site of this source.
  [[nodiscard]] static std::size_t open(const Counts& counts, const IpAddress& source);
  [[nodiscard]] Verdict judge(const IpAddress& source);
  void deny(Denial denial) { ++denied_[static_cast<std::size_t>(denial)]; }
  void ban(const IpAddress& source, std::string reason);

  Outside outside_;
  Settings settings_;
  SourceTable sources_;
  BanList bans_;
  /// Bans on mere suspicion: as many as a log can take.
  TokenBucket unproven_bans_;
  std::shared_ptr<Counts> connections_ = std::make_shared<Counts>();
  std::shared_ptr<Counts> calls_ = std::make_shared<Counts>();
  std::function<void(const Ban&)> on_ban_ = [](const Ban&) {};
  std::array<std::uint64_t, kDenials> denied_{};
  std::uint64_t admitted_ = 0;
  std::uint64_t bans_made_ = 0;
};

/// "5 minutes", "2 hours", "7 days": for people.
[[nodiscard]] std::string in_words(Duration duration);

}  // namespace webcalling::guard
