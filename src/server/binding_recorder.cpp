#include "server/binding_recorder.hpp"

#include <utility>

namespace webcalling::server {

using registrar::BindingStore;
using registrar::StoredBinding;

BindingRecorder::BindingRecorder(io::Loop& loop, const Log& log, std::unique_ptr<BindingStore> store, Sources sources,
                                 Settings settings)
    : loop_(loop),
      log_(log),
      store_(std::move(store)),
      sources_(std::move(sources)),
      settings_(settings),
      next_(loop.timers(), [this] { write(); }) {}

BindingRecorder::~BindingRecorder() {
  thread_.run([&store = *store_, changes = take_pending()] {
    // Nobody is left to be told if this fails.
    (void)store.write(changes);
  });
}

void BindingRecorder::put(const StoredBinding& binding) {
  StoredBinding marked = binding;
  marked.password_mark = sources_.password_mark(binding.user);
  note(binding.binding.id, std::move(marked));
}

void BindingRecorder::remove(registrar::BindingId id) { note(id, std::nullopt); }

void BindingRecorder::note(registrar::BindingId id, std::optional<StoredBinding> binding) {
  // Everything will be written anew.
  if (state_ == State::Broken) return;
  pending_.insert_or_assign(id, std::move(binding));
  if (state_ == State::Idle && !next_.running()) next_.start(settings_.gathering);
}

BindingStore::Changes BindingRecorder::take_pending() {
  BindingStore::Changes changes;
  for (auto& [id, binding] : std::exchange(pending_, {})) {
    if (binding) {
      changes.put.push_back(std::move(*binding));
    } else {
      changes.removed.push_back(id);
    }
  }
  return changes;
}

void BindingRecorder::write() {
  if (state_ == State::Broken) {
    return write(State::Rewriting, {.replace_all = true, .put = sources_.snapshot(), .removed = {}});
  }
  write(State::Writing, take_pending());
}

void BindingRecorder::write(State state, BindingStore::Changes changes) {
  state_ = state;
  thread_.run(
      loop_, [&store = *store_, changes = std::move(changes)] { return store.write(changes); },
      [this, alive = std::weak_ptr(alive_)](const Result<void>& result) {
        if (!alive.expired()) on_written(result);
      });
}

void BindingRecorder::on_written(const Result<void>& result) {
  if (!result) {
    if (state_ == State::Writing)
      log_.error("{}; a restart would forget what has registered since", result.error().text);
    state_ = State::Broken;
    pending_.clear();
    return next_.start(settings_.patience_with_a_broken_disk);
  }
  if (state_ == State::Rewriting) log_.info("All registrations are written down again");
  state_ = State::Idle;
  if (!pending_.empty()) next_.start(settings_.gathering);
}

}  // namespace webcalling::server
