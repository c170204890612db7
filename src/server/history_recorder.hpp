#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "history/history_store.hpp"
#include "io/loop.hpp"
#include "io/worker_pool.hpp"

namespace webcalling::server {

/// Keeps the call history on a thread of its own, so that no call waits for a disk: what comes within a moment is one
/// write, and goes before whatever is read next. A disk that fails is told of once, and gets later what it did not
/// take; if it stays broken for long, the oldest of that is given up.
class HistoryRecorder final : public history::HistoryKeeper {
 public:
  struct Settings {
    Duration gathering = 100ms;
    Duration patience_with_a_broken_disk = 5s;
    /// Entries that wait for the disk.
    std::size_t max_pending = 10'000;
  };

  HistoryRecorder(io::Loop& loop, const Log& log, std::unique_ptr<history::HistoryStore> store, Settings settings);
  /// Waits until everything is written.
  ~HistoryRecorder() override;

  void put(history::Entry entry) override;
  void list(const history::Query& query, OnListed on_listed) override;
  void set_note(const std::string& extension, history::EntryId id, std::string note, OnDone on_done) override;
  void remove(const std::string& extension, history::EntryId id, OnDone on_done) override;
  void clear(const std::string& extension, OnDone on_done) override;

  [[nodiscard]] bool is_broken() const { return broken_; }

 private:
  using Entries = std::vector<history::Entry>;

  void write();
  void on_written(const Result<void>& result, const Entries& entries);
  void give_up_the_oldest();
  /// Does it on the thread, after all that was put.
  template <typename Work, typename Done>
  void ask(Work work, Done done);

  io::Loop& loop_;
  const Log& log_;
  std::unique_ptr<history::HistoryStore> store_;
  Settings settings_;
  Entries pending_;
  /// Writes on the thread, or waiting for it.
  std::size_t under_way_ = 0;
  bool broken_ = false;
  Timer next_;
  /// What the thread reports must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  /// Last member: its thread ends before anything it uses.
  io::WorkerPool thread_{1};
};

}  // namespace webcalling::server
