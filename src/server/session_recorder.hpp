#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "account/session.hpp"
#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "io/loop.hpp"
#include "io/worker_pool.hpp"

namespace webcalling::server {

/// Writes sessions down behind the back of whoever signs in, on a thread of its own: what comes within a moment is one
/// write. A disk that fails is told of once, and what it did not take is tried again with what has come since; there is
/// one entry for each session at most.
class SessionRecorder final : public account::SessionJournal {
 public:
  struct Settings {
    Duration gathering = 100ms;
    Duration patience_with_a_broken_disk = 5s;
  };

  SessionRecorder(io::Loop& loop, const Log& log, std::unique_ptr<account::SessionStore> store, Settings settings);
  /// Waits until everything is written.
  ~SessionRecorder() override;

  void put(const account::Session& session) override { note(session.token_hash, session); }
  void remove(const std::string& token_hash) override { note(token_hash, std::nullopt); }

  [[nodiscard]] bool is_writing() const { return writing_; }
  [[nodiscard]] bool is_broken() const { return broken_; }

 private:
  /// The last change of each session; nothing means that it has ended.
  using Pending = std::map<std::string, std::optional<account::Session>>;

  void note(const std::string& token_hash, std::optional<account::Session> session);
  void write();
  void on_written(const Result<void>& result, const Pending& written);

  io::Loop& loop_;
  const Log& log_;
  std::unique_ptr<account::SessionStore> store_;
  Settings settings_;
  Pending pending_;
  bool writing_ = false;
  bool broken_ = false;
  Timer next_;
  /// What the thread reports must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  /// Last member: its thread ends before anything it uses.
  io::WorkerPool thread_{1};
};

}  // namespace webcalling::server
