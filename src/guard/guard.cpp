#include "guard/guard.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "guard/forwarded_for.hpp"

namespace webcalling::guard {
namespace {

/// How often a source that is too fast is told so.
constexpr Duration kRefusalInterval = 1s;
/// 64*T1 (RFC 3261 section 17.2): how long a server transaction waits for repetitions.
constexpr Duration kTransactionLife = 32s;
constexpr TokenBucket::Size kUnprovenBans{.capacity = 100, .per_second = 10};
/// Words of strangers in a reason.
constexpr std::size_t kLongestWord = 40;

std::string_view text(Offence offence) {
  switch (offence) {
    case Offence::WrongPassword: return "wrong passwords";
    case Offence::UnknownExtension: return "extensions that do not exist";
    case Offence::UnknownNumber: return "numbers that do not exist";
  }
  return "";
}

BanList::Lengths ban_lengths(const Settings& settings) {
  return {.first = settings.first_ban, .longest = std::max(settings.first_ban, settings.longest_ban)};
}

}  // namespace

std::string_view text(Denial denial) {
  switch (denial) {
    case Denial::Banned: return "banned";
    case Denial::Requests: return "requests";
    case Denial::Connections: return "connections";
    case Denial::Calls: return "calls";
    case Denial::Transactions: return "transactions";
    case Denial::Scanner: return "scanner";
  }
  return "";
}

/// Counts itself out when it ends. The counts may outlive the guard.
class Guard::Counted {
 public:
  Counted(std::shared_ptr<Counts> counts, const IpAddress& source)
      : counts_(std::move(counts)), site_(site_of(source).address()) {
    ++(*counts_)[site_];
  }
  ~Counted() {
    if (const auto count = counts_->find(site_); --count->second == 0) counts_->erase(count);
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::shared_ptr<Counts> counts_;
  IpAddress site_;
};

Guard::Guard(Outside outside, Settings settings)
    : outside_(std::move(outside)),
      settings_(std::move(settings)),
      sources_(settings_.remembered_sources, outside_.random),
      bans_(settings_.remembered_bans, ban_lengths(settings_), outside_.random) {}

IpAddress Guard::client_of(const IpAddress& peer, std::string_view forwarded_for) const {
  return find_client(peer, forwarded_for, settings_.trusted_proxies);
}

bool Guard::is_trusted(const IpAddress& address) const { return contains(settings_.trusted_networks, address); }

bool Guard::is_exempt(const IpAddress& source) const {
  return is_trusted(source) || contains(settings_.trusted_proxies, source);
}

Source& Guard::remember(const IpAddress& source) { return sources_.get(site_of(source).address(), now()); }

Guard::Verdict Guard::admit(const IpAddress& source) {
  const Verdict verdict = judge(source);
  switch (verdict) {
    case Verdict::Pass: ++admitted_; break;
    case Verdict::Banned: deny(Denial::Banned); break;
    case Verdict::Refuse:
    case Verdict::Drop: deny(Denial::Requests); break;
  }
  return verdict;
}

Guard::Verdict Guard::judge(const IpAddress& source) {
  if (is_exempt(source)) return Verdict::Pass;
  if (is_banned(source)) return Verdict::Banned;
  Source& known = remember(source);
  const double times = factor(known);
  const TokenBucket::Size size{settings_.burst * times, settings_.requests_per_second * times};
  if (known.requests.take(size, now())) return Verdict::Pass;
  if (now() - known.refused < kRefusalInterval) return Verdict::Drop;
  known.refused = now();
  return Verdict::Refuse;
}

Guard::Ticket Guard::admit_connection(const IpAddress& source) {
  if (!is_exempt(source)) {
    if (admit(source) != Verdict::Pass) return nullptr;
    const double most = static_cast<double>(settings_.connections_per_address) * factor(remember(source));
    if (static_cast<double>(open(*connections_, source)) >= most) {
      deny(Denial::Connections);
      return nullptr;
    }
  }
  return std::make_shared<const Counted>(connections_, source);
}

Guard::Ticket Guard::admit_call(const IpAddress& source) {
  if (!is_exempt(source) && open(*calls_, source) >= settings_.calls_per_source) {
    deny(Denial::Calls);
    return nullptr;
  }
  return std::make_shared<const Counted>(calls_, source);
}

bool Guard::admit_transaction(const IpAddress& source) {
  if (is_exempt(source)) return true;
  const auto most = static_cast<double>(settings_.transactions_per_source);
  const double seconds = std::chrono::duration<double>(kTransactionLife).count();
  if (remember(source).transactions.take({most, most / seconds}, now())) return true;
  deny(Denial::Transactions);
  return false;
}

std::size_t Guard::open(const Counts& counts, const IpAddress& source) {
  const auto count = counts.find(site_of(source).address());
  return count == counts.end() ? 0 : count->second;
}

bool Guard::admit_agent(const IpAddress& source, std::string_view user_agent, Proof proof) {
  const auto& scanners = settings_.scanner_user_agents;
  const bool is_scanner = std::any_of(scanners.begin(), scanners.end(), [&](const std::string& beginning) {
    return ascii::starts_with_ignoring_case(user_agent, beginning);
  });
  if (!is_scanner || is_exempt(source)) return true;
  deny(Denial::Scanner);
  // One datagram from an invented address shall not shut out those who really live there.
  const bool may_be_framed = proof == Proof::None;
  if (may_be_framed && is_known(remember(source))) return false;
  if (may_be_framed && !unproven_bans_.take(kUnprovenBans, now())) return false;
  ban(source, fmt::format("scanner {}", user_agent.substr(0, kLongestWord)));
  return false;
}

void Guard::on_authenticated(const IpAddress& source) {
  if (!is_exempt(source)) remember(source).known_until = now() + settings_.known_for;
}

void Guard::on_offence(const IpAddress& source, Offence offence, std::string_view who, Proof proof) {
  if (is_exempt(source) || is_banned(source)) return;
  Source& offender = remember(source);
  if (proof == Proof::None && is_known(offender)) return;
  offender.has_offended = true;
  const double patience = settings_.failures_before_ban * factor(offender);
  const double window = std::chrono::duration<double>(settings_.failure_window).count();
  const TokenBucket::Size size{patience, patience / window};
  if (offender.patience.take(size, now()) && offender.patience.left(size, now()) >= 1) return;
  if (proof == Proof::None && !unproven_bans_.take(kUnprovenBans, now())) return;
  // Who comes back afterwards begins with all the patience there is.
  offender.patience = {};
  ban(source, fmt::format("too many {}, at last {}", text(offence), who.substr(0, kLongestWord)));
}

bool Guard::is_banned(const IpAddress& source) const { return bans_.holds(site_of(source), now()); }

void Guard::ban(const IpAddress& source, std::string reason) {
  // Words of strangers that an operator will see on a terminal.
  std::replace_if(
      reason.begin(), reason.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  const Ban* ban = bans_.add(site_of(source), std::move(reason), {now(), outside_.wall_clock()});
  if (ban == nullptr) return;
  ++bans_made_;
  const std::string times = ban->count > 1 ? fmt::format(" (its ban number {})", ban->count) : std::string();
  outside_.log.warning("{} is banned for {}{}: {}", ban->source.text(), in_words(ban->until - ban->since), times,
                       ban->reason);
  on_ban_(Ban(*ban));
}

void Guard::restore(const std::vector<Ban>& bans) {
  const BanList::Now moment{now(), outside_.wall_clock()};
  for (const Ban& ban : bans) bans_.restore(ban, moment);
}

void Guard::replace(const std::vector<Ban>& bans, const std::function<bool(const Network&)>& keep) {
  std::map<IpAddress, Ban> wanted;
  for (const Ban& ban : bans) wanted.emplace(ban.source.address(), ban);
  const BanList::Now moment{now(), outside_.wall_clock()};
  for (const Ban& ban : bans_.all()) {
    const auto same = wanted.find(ban.source.address());
    if (same != wanted.end() && same->second == ban) {
      wanted.erase(same);
    } else if (same == wanted.end() && !keep(ban.source)) {
      bans_.forget(ban.source);
      outside_.log.info("The ban of {} is lifted", ban.source.text());
    }
  }
  for (const auto& [address, ban] : wanted) {
    if (keep(ban.source)) continue;
    bans_.restore(ban, moment);
    if (!is_banned(address)) continue;
    outside_.log.info("{} is banned: {}", ban.source.text(), ban.reason);
    on_ban_(ban);
  }
}

std::size_t Guard::open_connections() const {
  std::size_t open = 0;
  for (const auto& [site, count] : *connections_) open += count;
  return open;
}

std::string in_words(Duration duration) {
  struct Unit {
    Duration length;
    std::string_view name;
  };
  for (const auto& [length, name] : {Unit{24h, "day"}, Unit{1h, "hour"}, Unit{1min, "minute"}}) {
    const auto count = duration / length;
    const bool is_whole = count > 0 && duration % length == Duration::zero();
    if (is_whole) return fmt::format("{} {}{}", count, name, count > 1 ? "s" : "");
  }
  const auto count = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  return fmt::format("{} second{}", count, count == 1 ? "" : "s");
}

}  // namespace webcalling::guard
