#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/prefetch.hpp"
#include "base/time.hpp"
#include "media/ice/credentials.hpp"

namespace webcalling::media::stun {
class Message;
}

namespace webcalling::media::ice {

/// A path to the peer: where its packets come from, and at which of our addresses they arrive.
struct Pair {
  Endpoint remote;
  IpAddress local;

  friend bool operator==(const Pair&, const Pair&) = default;
};

/// RFC 7675 §5.1: no valid check for so long means that the peer no longer consents to receive from us.
constexpr Duration kConsentLifetime = 30s;

/// The ICE-lite agent of one bundled session with one component (RFC 8445 §2.5): always controlled, sends no checks,
/// answers those of the peer. The peer's candidates are not needed: every address from which a check with our password
/// arrives is a valid pair (peer-reflexive, RFC 8445 §7.3.1.3), so .local names and closed candidate lists do no harm.
/// Does not know sockets, the clock, or which packets besides STUN travel over a pair.
class IceLite {
 public:
  /// A peer may roam, but not fill our memory: beyond this the pair whose last check is oldest is forgotten.
  static constexpr std::size_t kMaxPairs = 16;

  explicit IceLite(Credentials local) : local_(std::move(local)) {}

  /// What a datagram led to. All fields may be empty; `response` goes back to where the datagram came from, even if
  /// nothing else happened.
  struct Outcome {
    ByteVector response;
    /// A valid check: who speaks from there is the peer.
    bool accepted = false;
    /// The first valid check over this pair: from now on packets from `remote` belong to this session.
    std::optional<Pair> validated;
    /// A pair that had to make room; packets from its remote address are strangers again.
    std::optional<Pair> forgotten;
    /// selected() is another pair than before.
    std::optional<Pair> selected;
    /// This was the first valid check with the new credentials after restart(): the old ones are refused from now on.
    bool restart_completed = false;
  };

  /// One STUN datagram that arrived from `from` at our address `local`. A malformed one, a response or an indication is
  /// passed over. A request without MESSAGE-INTEGRITY or with a wrong one is answered 400 or 401 and changes nothing.
  Outcome receive(Bytes datagram, const Endpoint& from, const IpAddress& local, TimePoint now);

  /// RFC 8445 §9: new credentials of ours. The old ones are still honoured until the first valid check with the new
  /// ones, so that the running media keeps its path. Then nomination starts anew, with the pair of that check selected;
  /// the other pairs remain valid, since what is still under way over them is the peer's.
  void restart(Credentials new_local);

  /// What we wait to see in checks: put it into the next description.
  [[nodiscard]] const Credentials& local() const { return local_; }

  /// Remembers the peer's credentials from its description. True if they differ from those known before (RFC 8839
  /// §4.4.1.1.1): in an offer that asks for restart(). The first call, and the same credentials again, give false.
  /// Never needed for answering checks, which may arrive before the description.
  bool set_remote(Credentials remote);
  [[nodiscard]] const std::optional<Credentials>& remote() const { return remote_; }

  /// True if a check to this ufrag is for us: the current one, or the one before an unfinished restart.
  [[nodiscard]] bool answers_to(std::string_view ufrag) const;

  /// Where to send: the pair nominated last (USE-CANDIDATE), before any nomination the first valid pair; nothing before
  /// the first valid check.
  [[nodiscard]] const std::optional<Pair>& selected() const { return selected_; }
  [[nodiscard]] bool is_nominated() const { return nominated_; }
  [[nodiscard]] bool is_valid(const Endpoint& remote) const;
  /// What is_valid() needs besides this object comes into the cache (base/prefetch).
  void prefetch_receiving() const { prefetch(pairs_.data(), sizeof(ValidPair)); }

  /// The last valid check over any pair.
  [[nodiscard]] std::optional<TimePoint> last_check() const { return last_check_; }
  /// When silence since the last valid check becomes loss of consent (RFC 7675 §5.1); nothing before the first check.
  [[nodiscard]] std::optional<TimePoint> consent_deadline() const;

 private:
  struct ValidPair {
    Pair pair;
    TimePoint last_check;
  };

  const Credentials* find_credentials(const stun::Message& request) const;
  void accept(const Pair& pair, bool use_candidate, TimePoint now, Outcome& outcome);
  void remember(const Pair& pair, TimePoint now, Outcome& outcome);
  void forget_quietest(Outcome& outcome);
  void select(const Pair& pair, Outcome& outcome);

  Credentials local_;
  std::optional<Credentials> before_restart_;
  std::optional<Credentials> remote_;
  std::vector<ValidPair> pairs_;
  std::optional<Pair> selected_;
  bool nominated_ = false;
  std::optional<TimePoint> last_check_;
};

}  // namespace webcalling::media::ice
