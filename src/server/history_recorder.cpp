#include "server/history_recorder.hpp"

#include <iterator>
#include <utility>

namespace webcalling::server {

using history::Entry;
using history::EntryId;
using history::HistoryStore;
using history::Query;

HistoryRecorder::HistoryRecorder(io::Loop& loop, const Log& log, std::unique_ptr<HistoryStore> store, Settings settings)
    : loop_(loop), log_(log), store_(std::move(store)), settings_(settings), next_(loop.timers(), [this] {
        write();
      }) {}

HistoryRecorder::~HistoryRecorder() {
  thread_.run([&store = *store_, entries = std::move(pending_)] {
    // Nobody is left to be told if this fails.
    (void)store.write(entries);
  });
}

void HistoryRecorder::put(Entry entry) {
  pending_.push_back(std::move(entry));
  give_up_the_oldest();
  if (under_way_ == 0 && !next_.running()) next_.start(settings_.gathering);
}

void HistoryRecorder::give_up_the_oldest() {
  if (pending_.size() <= settings_.max_pending) return;
  pending_.erase(pending_.begin(), pending_.end() - static_cast<std::ptrdiff_t>(settings_.max_pending));
}

void HistoryRecorder::write() {
  next_.stop();
  ++under_way_;
  const auto batch = std::make_shared<const Entries>(std::exchange(pending_, {}));
  thread_.run(
      loop_, [&store = *store_, batch] { return store.write(*batch); },
      [this, alive = std::weak_ptr(alive_), batch](const Result<void>& result) {
        if (!alive.expired()) on_written(result, *batch);
      });
}

void HistoryRecorder::on_written(const Result<void>& result, const Entries& entries) {
  --under_way_;
  if (!result) {
    if (!broken_) log_.error("{}; the history of calls has to wait", result.error().text);
    pending_.insert(pending_.begin(), entries.begin(), entries.end());
    give_up_the_oldest();
  } else if (broken_) {
    log_.info("The history of calls is written down again");
  }
  broken_ = !result;
  if (under_way_ > 0 || pending_.empty() || next_.running()) return;
  next_.start(broken_ ? settings_.patience_with_a_broken_disk : settings_.gathering);
}

template <typename Work, typename Done>
void HistoryRecorder::ask(Work work, Done done) {
  // What was put before must be there by then.
  if (!pending_.empty() && !broken_) write();
  thread_.run(loop_, std::move(work), [alive = std::weak_ptr(alive_), done = std::move(done)](const auto& result) {
    if (!alive.expired()) done(result);
  });
}

void HistoryRecorder::list(const Query& query, OnListed on_listed) {
  ask([&store = *store_, query] { return store.list(query); }, std::move(on_listed));
}

void HistoryRecorder::set_note(const std::string& extension, EntryId id, std::string note, OnDone on_done) {
  ask([&store = *store_, extension, id, note = std::move(note)] { return store.set_note(extension, id, note); },
      std::move(on_done));
}

void HistoryRecorder::remove(const std::string& extension, EntryId id, OnDone on_done) {
  ask([&store = *store_, extension, id] { return store.remove(extension, id); }, std::move(on_done));
}

void HistoryRecorder::clear(const std::string& extension, OnDone on_done) {
  std::erase_if(pending_, [&](const Entry& entry) { return entry.extension == extension; });
  ask([&store = *store_, extension] { return store.clear(extension); }, std::move(on_done));
}

}  // namespace webcalling::server
