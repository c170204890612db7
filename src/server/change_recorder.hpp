#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "io/loop.hpp"
#include "io/worker_pool.hpp"

namespace webcalling::server {

/// Writes down what changes, behind the back of whoever changes it, on a thread of its own: what comes within a moment
/// is one write. A disk that fails is told of once, and what it did not take is tried again with what has come since;
/// there is one entry for each key at most.
template <typename Key, typename Value>
class ChangeRecorder {
 public:
  /// The last change of each; nothing means that it has ended.
  using Changes = std::map<Key, std::optional<Value>>;
  /// Runs on the thread.
  using Write = std::function<Result<void>(const Changes&)>;

  struct Settings {
    Duration gathering = 100ms;
    Duration patience_with_a_broken_disk = 5s;
  };
  /// For the log.
  struct Words {
    /// What comes of a disk that fails: "a restart would ..."
    std::string consequence;
    /// "... are written down again"
    std::string recovery;
  };

  ChangeRecorder(io::Loop& loop, const Log& log, Write write, Words words, Settings settings)
      : loop_(loop),
        log_(log),
        write_(std::move(write)),
        words_(std::move(words)),
        settings_(settings),
        next_(loop.timers(), [this] { write_pending(); }) {}
  /// Waits until everything is written.
  ~ChangeRecorder() {
    // Nobody is left to be told if this fails.
    thread_.run([write = write_, changes = std::move(pending_)] { (void)write(changes); });
  }
  ChangeRecorder(const ChangeRecorder&) = delete;
  ChangeRecorder& operator=(const ChangeRecorder&) = delete;

  void note(const Key& key, std::optional<Value> value) {
    pending_.insert_or_assign(key, std::move(value));
    if (!writing_ && !next_.running()) next_.start(settings_.gathering);
  }

  [[nodiscard]] bool is_writing() const { return writing_; }
  [[nodiscard]] bool is_broken() const { return broken_; }

 private:
  void write_pending() {
    writing_ = true;
    const auto batch = std::make_shared<const Changes>(std::exchange(pending_, {}));
    thread_.run(
        loop_, [write = write_, batch] { return write(*batch); },
        [this, alive = std::weak_ptr(alive_), batch](const Result<void>& result) {
          if (!alive.expired()) on_written(result, *batch);
        });
  }

  void on_written(const Result<void>& result, const Changes& written) {
    writing_ = false;
    if (!result) {
      if (!broken_) log_.error("{}; {}", result.error().text, words_.consequence);
      // What has come since is newer.
      pending_.insert(written.begin(), written.end());
    } else if (broken_) {
      log_.info("{}", words_.recovery);
    }
    broken_ = !result;
    if (!pending_.empty()) next_.start(broken_ ? settings_.patience_with_a_broken_disk : settings_.gathering);
  }

  io::Loop& loop_;
  const Log& log_;
  Write write_;
  Words words_;
  Settings settings_;
  Changes pending_;
  bool writing_ = false;
  bool broken_ = false;
  Timer next_;
  /// What the thread reports must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  /// Last member: its thread ends before anything it uses.
  io::WorkerPool thread_{1};
};

}  // namespace webcalling::server
