#pragma once

#include <memory>
#include <vector>

#include "account/account_directory.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "call/kept_call.hpp"
#include "config/settings.hpp"
#include "io/loop.hpp"
#include "server/call_recorder.hpp"

namespace webcalling::server {

/// What calls need to outlive a server that was killed. One that was told to stop has ended them itself.
struct ResumedCalls {
  /// Writes down what changes, as long as it lives. Null if nobody waits for phones to come back.
  std::unique_ptr<CallRecorder> recorder;
  /// Those of the last run, but for people who have no account any more, and for addresses that this machine has not.
  std::vector<call::KeptCall> calls;
};
[[nodiscard]] Result<ResumedCalls> resume_calls(io::Loop& loop, const Log& log, const config::Settings& settings,
                                                account::AccountDirectory& accounts);

}  // namespace webcalling::server
