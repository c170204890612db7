#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/log.hpp"
#include "base/timer_queue.hpp"
#include "io/loop.hpp"
#include "io/worker_pool.hpp"
#include "messaging/message_store.hpp"

namespace webcalling::server {

/// Writes kept messages down on a thread of its own, so that signalling never waits for a disk, however slow. What
/// comes while it writes is written together afterwards. A disk that fails is told of once; every message that it does
/// not take is refused, and what had to be removed is tried again.
class MessageRecorder final : public messaging::MessageKeeper {
 public:
  struct Settings {
    Duration patience_with_a_broken_disk = 5s;
  };

  MessageRecorder(io::Loop& loop, const Log& log, std::unique_ptr<messaging::MessageStore> store, Settings settings);
  /// Waits until everything is written.
  ~MessageRecorder() override;

  void put(messaging::KeptMessage message, OnWritten on_written) override;
  void remove(messaging::MessageId id) override;
  void read(messaging::MessageId id, OnRead on_read) override;

  [[nodiscard]] bool is_broken() const { return broken_; }

 private:
  struct Batch {
    messaging::MessageStore::Changes changes;
    std::vector<OnWritten> on_written;

    [[nodiscard]] bool empty() const { return changes.put.empty() && changes.removed.empty(); }
  };

  void write_soon();
  void write();
  void on_written(const Result<void>& result, const Batch& batch);

  io::Loop& loop_;
  const Log& log_;
  std::unique_ptr<messaging::MessageStore> store_;
  Settings settings_;
  Batch pending_;
  /// Batches on the thread, or waiting for it.
  std::size_t under_way_ = 0;
  bool broken_ = false;
  Timer next_;
  /// What the thread reports must not outlive us.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  /// Last member: its thread ends before anything it uses.
  io::WorkerPool thread_{1};
};

}  // namespace webcalling::server
