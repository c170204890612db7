#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "config/settings.hpp"
#include "guard/ban_store.hpp"
#include "guard/guard.hpp"
#include "io/loop.hpp"
#include "io/worker_pool.hpp"

namespace webcalling::server {

/// Keeps the guard and the file of bans alike: what the guard decides is written behind its back, what the command line
/// decides is taken over, both once a second and on a thread of its own, so that nobody waits for a disk. A disk that
/// fails is told of once; when it works again everything is written anew.
class BanKeeper final : public guard::BanJournal {
 public:
  struct Settings {
    Duration interval = 1s;
  };

  BanKeeper(io::Loop& loop, const Log& log, std::unique_ptr<guard::BanStore> store, guard::Guard& guard,
            Settings settings);
  /// Waits until everything is written.
  ~BanKeeper() override;

  void put(const guard::Ban& ban) override { note(ban.source, ban); }
  void remove(const Network& source) override { note(source, std::nullopt); }

 private:
  /// The last change of each source; nothing means that it is forgotten.
  using Pending = std::map<IpAddress, std::pair<Network, std::optional<guard::Ban>>>;
  struct Outcome {
    Result<void> written;
    Result<std::optional<std::vector<guard::Ban>>> found;
  };

  void note(const Network& source, std::optional<guard::Ban> ban);
  [[nodiscard]] guard::BanStore::Changes take_pending();
  void synchronise();
  void on_synchronised(const Outcome& outcome);

  io::Loop& loop_;
  const Log& log_;
  std::unique_ptr<guard::BanStore> store_;
  guard::Guard& guard_;
  Settings settings_;
  /// Memory and disk may differ in more than what is pending.
  bool is_broken_ = false;
  Pending pending_;
  Timer next_;
  /// What the thread reports must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  /// Last member: its thread ends before anything it uses.
  io::WorkerPool thread_{1};
};

/// The file of bans inside the data directory.
[[nodiscard]] std::string ban_file(const config::Settings& settings);

/// Gives the guard the bans of the last run and keeps those to come.
[[nodiscard]] Result<std::unique_ptr<BanKeeper>> resume_bans(io::Loop& loop, const Log& log,
                                                             const config::Settings& settings, guard::Guard& guard);

}  // namespace webcalling::server
