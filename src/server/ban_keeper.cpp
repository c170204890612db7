#include "server/ban_keeper.hpp"

#include <filesystem>
#include <utility>

#include "store/ban_file.hpp"

namespace webcalling::server {

using guard::Ban;
using guard::BanStore;

BanKeeper::BanKeeper(io::Loop& loop, const Log& log, std::unique_ptr<BanStore> store, guard::Guard& guard,
                     Settings settings)
    : loop_(loop),
      log_(log),
      store_(std::move(store)),
      guard_(guard),
      settings_(settings),
      next_(loop.timers(), [this] { synchronise(); }) {
  guard_.set_journal(*this);
  next_.start(settings_.interval);
}

BanKeeper::~BanKeeper() {
  thread_.run([&store = *store_, changes = take_pending()] {
    // Nobody is left to be told if this fails.
    (void)store.write(changes);
  });
}

void BanKeeper::note(const Network& source, std::optional<Ban> ban) {
  // Everything will be written anew.
  if (is_broken_) return;
  pending_.insert_or_assign(source.address(), std::pair(source, std::move(ban)));
}

BanStore::Changes BanKeeper::take_pending() {
  BanStore::Changes changes;
  if (is_broken_) return {.replace_all = true, .put = guard_.bans(), .removed = {}};
  for (auto& [address, change] : std::exchange(pending_, {})) {
    if (change.second) {
      changes.put.push_back(std::move(*change.second));
    } else {
      changes.removed.push_back(change.first);
    }
  }
  return changes;
}

void BanKeeper::synchronise() {
  thread_.run(
      loop_,
      [&store = *store_, changes = take_pending()] {
        const bool is_nothing = !changes.replace_all && changes.put.empty() && changes.removed.empty();
        Outcome outcome{is_nothing ? Result<void>() : store.write(changes), {}};
        if (outcome.written) outcome.found = store.read_if_changed();
        return outcome;
      },
      [this, alive = std::weak_ptr(alive_)](const Outcome& outcome) {
        if (!alive.expired()) on_synchronised(outcome);
      });
}

void BanKeeper::on_synchronised(const Outcome& outcome) {
  next_.start(settings_.interval);
  const bool works = outcome.written && outcome.found;
  if (!works) {
    const Error& error = outcome.written ? outcome.found.error() : outcome.written.error();
    if (!is_broken_) log_.error("{}; a restart would forget new bans", error.text);
    is_broken_ = true;
    pending_.clear();
    return;
  }
  if (is_broken_) log_.info("All bans are written down again");
  is_broken_ = false;
  if (!*outcome.found) return;
  // What has changed here while the thread was reading is newer.
  guard_.replace(**outcome.found, [this](const Network& source) { return pending_.contains(source.address()); });
}

std::string ban_file(const config::Settings& settings) {
  return std::filesystem::path(settings.server.data_directory) / "bans.db";
}

Result<std::unique_ptr<BanKeeper>> resume_bans(io::Loop& loop, const Log& log, const config::Settings& settings,
                                               guard::Guard& guard) {
  auto file = store::BanFile::open(ban_file(settings));
  if (!file) return Failure(std::move(file.error()));
  const auto bans = (*file)->read();
  if (!bans) return Failure(bans.error());
  guard.restore(*bans);
  if (guard.active_bans() > 0) log.info("{} bans of the last run hold", guard.active_bans());
  return std::make_unique<BanKeeper>(loop, log, std::move(*file), guard, BanKeeper::Settings{});
}

}  // namespace webcalling::server
