#include "server/calls.hpp"

#include <filesystem>
#include <utility>

#include "io/clock.hpp"
#include "io/local_addresses.hpp"
#include "server/still_ours.hpp"
#include "store/kept_call_file.hpp"

namespace webcalling::server {

Result<ResumedCalls> resume_calls(io::Loop& loop, const Log& log, const config::Settings& settings,
                                  account::AccountDirectory& accounts) {
  if (settings.calls.reconnect_seconds == 0) return ResumedCalls{};
  auto file = store::KeptCallFile::open(std::filesystem::path(settings.server.data_directory) / "calls.db");
  if (!file) return Failure(std::move(file.error()));
  auto calls = (*file)->take();
  if (!calls) return Failure(std::move(calls.error()));
  const std::size_t known = calls->size();
  const auto addresses = io::local_addresses().value_or(std::vector<io::LocalAddress>{});
  std::erase_if(*calls, [&](const call::KeptCall& kept) {
    const auto is_usable = [&](const call::KeptLeg& leg) {
      const bool is_known = leg.party.is_foreign() || accounts.has_extension(leg.party.extension);
      return is_known && is_still_ours(leg.flow, settings, addresses);
    };
    return !is_usable(kept.caller) || !is_usable(kept.callee);
  });
  if (known > 0) log.info("{} of {} calls go on after the restart", calls->size(), known);
  ResumedCalls resumed;
  resumed.calls = std::move(*calls);
  resumed.recorder = std::make_unique<CallRecorder>(
      loop, log, std::move(*file), [] { return io::wall_clock(); }, CallRecorder::Settings{});
  return resumed;
}

}  // namespace webcalling::server
