#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/timer_queue.hpp"
#include "io/loop.hpp"
#include "io/worker_pool.hpp"
#include "registrar/binding_store.hpp"

namespace webcalling::server {

/// Writes the registrar's changes down behind its back: they are gathered for a moment and go to the store as one, on a
/// thread of its own, and the next go when those are written. So signalling never waits for a disk, however slow. A
/// disk that fails is told of once; when it works again everything is written anew.
///
///   Idle --change--> Writing --written--> Idle
///                       +--failed--> Broken --after a while--> Rewriting --written--> Idle
///                                       ^------- failed -----------+
class BindingRecorder final : public registrar::BindingJournal {
 public:
  enum class State { Idle, Writing, Broken, Rewriting };

  struct Settings {
    /// A burst of registrations is one write; a crash takes no more than this with it.
    Duration gathering = 100ms;
    Duration patience_with_a_broken_disk = 5s;
  };
  struct Sources {
    /// Everything that should be in the store, with its password marks.
    std::function<std::vector<registrar::StoredBinding>()> snapshot;
    std::function<std::string(const std::string& user)> password_mark;
  };

  BindingRecorder(io::Loop& loop, const Log& log, std::unique_ptr<registrar::BindingStore> store, Sources sources,
                  Settings settings);
  /// Waits until everything is written.
  ~BindingRecorder() override;

  void put(const registrar::StoredBinding& binding) override;
  void remove(registrar::BindingId id) override;

  [[nodiscard]] State state() const { return state_; }

 private:
  /// The last change of each binding; nothing means that it has ended.
  using Pending = std::map<registrar::BindingId, std::optional<registrar::StoredBinding>>;

  void note(registrar::BindingId id, std::optional<registrar::StoredBinding> binding);
  [[nodiscard]] registrar::BindingStore::Changes take_pending();
  void write();
  void write(State state, registrar::BindingStore::Changes changes);
  void on_written(const Result<void>& result);

  io::Loop& loop_;
  const Log& log_;
  std::unique_ptr<registrar::BindingStore> store_;
  Sources sources_;
  Settings settings_;
  State state_ = State::Idle;
  Pending pending_;
  Timer next_;
  /// What the thread reports must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  /// Last member: its thread ends before anything it uses.
  io::WorkerPool thread_{1};
};

}  // namespace webcalling::server
