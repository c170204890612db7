#include "server/call_recorder.hpp"

#include <utility>

namespace webcalling::server {
namespace {

using call::CallId;
using call::KeptCall;
using call::KeptCallStore;

KeptCallStore::Changes changes_of(const std::map<CallId, std::optional<KeptCall>>& noted) {
  KeptCallStore::Changes changes;
  for (const auto& [id, call] : noted) {
    if (call) {
      changes.put.push_back(*call);
    } else {
      changes.removed.push_back(id);
    }
  }
  return changes;
}

}  // namespace

CallRecorder::CallRecorder(io::Loop& loop, const Log& log, std::unique_ptr<KeptCallStore> store,
                           std::function<WallTime()> wall_clock, Settings settings)
    : wall_clock_(std::move(wall_clock)),
      changes_(
          loop, log,
          [store = std::shared_ptr(std::move(store))](const auto& noted) { return store->write(changes_of(noted)); },
          {.consequence = "a crash would end the calls that began since", .recovery = "Calls are written down again"},
          settings) {}

void CallRecorder::keep(const KeptCall& call) {
  KeptCall kept = call;
  kept.connected = connected_.try_emplace(call.id, call.connected.value_or(wall_clock_())).first->second;
  changes_.note(call.id, std::move(kept));
}

void CallRecorder::forget(CallId id) {
  // Of most calls nothing was ever kept.
  if (connected_.erase(id) > 0) changes_.note(id, std::nullopt);
}

}  // namespace webcalling::server
