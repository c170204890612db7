#pragma once

#include <memory>

#include "locating/failed_targets.hpp"
#include "locating/record_cache.hpp"
#include "locating/search.hpp"

namespace webcalling::locating {

/// Finds the servers of SIP and SIPS URIs (RFC 3263), with a memory: of what DNS said, and of servers that failed.
/// Sans-IO; knows nothing of calls.
class ServerLocator {
 public:
  ServerLocator(TimerQueue& timers, Random& random, Resolver& dns, Abilities abilities = {},
                const RecordCache::Limits& limits = {})
      : timers_(timers),
        random_(random),
        cache_(timers, dns, limits),
        failed_(timers),
        abilities_(std::move(abilities)) {}

  /// See Search::start(). Servers that have failed lately come last. The search may outlive us only unanswered.
  [[nodiscard]] std::shared_ptr<Search> find(const sip::Uri& uri, Search::OnDone on_done);
  /// It answered 503, did not answer, or could not be connected to: the next ones look elsewhere first.
  void note_failure(const Target& target) { failed_.add(target); }

 private:
  TimerQueue& timers_;
  Random& random_;
  RecordCache cache_;
  FailedTargets failed_;
  Abilities abilities_;
};

}  // namespace webcalling::locating
