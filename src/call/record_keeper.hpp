#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"
#include "call/call.hpp"

namespace webcalling::call {

/// Fills the record of one call while the call goes on.
class RecordKeeper {
 public:
  RecordKeeper(CallId id, TimePoint now) : begun_(now) { record_.id = id; }

  void begin(Party caller, std::string dialled, std::string call_id) {
    record_.caller = std::move(caller);
    record_.dialled = std::move(dialled);
    record_.call_id = std::move(call_id);
  }
  /// The first answer counts: a transfer does not begin the call anew.
  void answered(TimePoint now) {
    if (answered_) return;
    answered_ = now;
    record_.ring_time = now - begun_;
  }
  /// It goes on after a restart, and was answered before.
  void resume(TimePoint answered) {
    begun_ = answered;
    answered_ = answered;
  }
  /// The first cause counts: what follows is only its consequence.
  void ended(Cause cause, TimePoint now) {
    if (ended_) return;
    ended_ = true;
    record_.cause = cause;
    if (answered_) {
      record_.talk_time = now - *answered_;
    } else {
      record_.ring_time = now - begun_;
    }
  }
  [[nodiscard]] const CallRecord& record() const { return record_; }

 private:
  CallRecord record_;
  TimePoint begun_;
  std::optional<TimePoint> answered_;
  bool ended_ = false;
};

}  // namespace webcalling::call
