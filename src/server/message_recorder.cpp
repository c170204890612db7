#include "server/message_recorder.hpp"

#include <utility>

namespace webcalling::server {

using messaging::InstantMessage;
using messaging::KeptMessage;
using messaging::MessageId;

MessageRecorder::MessageRecorder(io::Loop& loop, const Log& log, std::unique_ptr<messaging::MessageStore> store,
                                 Settings settings)
    : loop_(loop), log_(log), store_(std::move(store)), settings_(settings), next_(loop.timers(), [this] {
        write();
      }) {}

MessageRecorder::~MessageRecorder() {
  thread_.run([&store = *store_, changes = std::move(pending_.changes)] {
    // Nobody is left to be told if this fails.
    (void)store.write(changes);
  });
}

void MessageRecorder::put(KeptMessage message, OnWritten on_written) {
  pending_.changes.put.push_back(std::move(message));
  pending_.on_written.push_back(std::move(on_written));
  write_soon();
}

void MessageRecorder::remove(MessageId id) {
  pending_.changes.removed.push_back(id);
  // The sender of a new message cannot wait for a broken disk; this can.
  if (!broken_ || !next_.running()) write_soon();
}

void MessageRecorder::read(MessageId id, OnRead on_read) {
  // What was put before must be there by then.
  if (!pending_.empty()) write();
  thread_.run(
      loop_, [&store = *store_, id] { return store.read(id); },
      [alive = std::weak_ptr(alive_),
       on_read = std::move(on_read)](const Result<std::optional<InstantMessage>>& message) {
        if (!alive.expired()) on_read(message);
      });
}

void MessageRecorder::write_soon() {
  if (under_way_ == 0) next_.start(Duration::zero());
}

void MessageRecorder::write() {
  next_.stop();
  ++under_way_;
  const auto batch = std::make_shared<const Batch>(std::exchange(pending_, {}));
  thread_.run(
      loop_, [&store = *store_, batch] { return store.write(batch->changes); },
      [this, alive = std::weak_ptr(alive_), batch](const Result<void>& result) {
        if (!alive.expired()) on_written(result, *batch);
      });
}

void MessageRecorder::on_written(const Result<void>& result, const Batch& batch) {
  --under_way_;
  if (!result) {
    if (!broken_) log_.error("{}; nothing can be kept for phones that are away", result.error().text);
    pending_.changes.removed.insert(pending_.changes.removed.begin(), batch.changes.removed.begin(),
                                    batch.changes.removed.end());
  } else if (broken_) {
    log_.info("Messages are written down again");
  }
  broken_ = !result;
  for (const OnWritten& tell : batch.on_written) tell(result);
  if (under_way_ > 0 || pending_.empty() || next_.running()) return;
  next_.start(broken_ && pending_.changes.put.empty() ? settings_.patience_with_a_broken_disk : Duration::zero());
}

}  // namespace webcalling::server
