#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "base/time.hpp"
#include "call/kept_call.hpp"
#include "server/change_recorder.hpp"

namespace webcalling::server {

/// Writes down which calls are connected, behind the back of signalling.
class CallRecorder final : public call::CallKeeper {
 public:
  using Settings = ChangeRecorder<call::CallId, call::KeptCall>::Settings;

  CallRecorder(io::Loop& loop, const Log& log, std::unique_ptr<call::KeptCallStore> store,
               std::function<WallTime()> wall_clock, Settings settings);

  void keep(const call::KeptCall& call) override;
  void forget(call::CallId id) override;

  [[nodiscard]] bool is_writing() const { return changes_.is_writing(); }
  [[nodiscard]] bool is_broken() const { return changes_.is_broken(); }

 private:
  std::function<WallTime()> wall_clock_;
  /// Of those that are kept: when they were connected.
  std::unordered_map<call::CallId, WallTime> connected_;
  ChangeRecorder<call::CallId, call::KeptCall> changes_;
};

}  // namespace webcalling::server
