#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "call/leg/call_id.hpp"
#include "call/leg/kept_leg.hpp"
#include "call/leg/party.hpp"

namespace webcalling::call {

/// Two who talk to each other, as far as it is needed to connect them again after a restart.
struct KeptCall {
  CallId id;
  /// As in its record.
  Party begun_by;
  std::string dialled;
  std::string call_id;
  /// When the two began to talk; given by the keeper to one that has none.
  std::optional<WallTime> connected;
  KeptLeg caller;
  KeptLeg callee;
  friend bool operator==(const KeptCall&, const KeptCall&) = default;
};

/// Who writes down which calls are connected, so that they outlive the server. Called often: nothing may wait in it.
class CallKeeper {
 public:
  virtual ~CallKeeper() = default;
  /// It is new, or something has changed.
  virtual void keep(const KeptCall& call) = 0;
  /// It is over; perhaps it was never kept.
  virtual void forget(CallId id) = 0;
};

/// Where they are written down. Its calls may wait for a disk: never made on the signalling loop once it runs.
/// Implemented by store/.
class KeptCallStore {
 public:
  struct Changes {
    std::vector<KeptCall> put;
    std::vector<CallId> removed;
  };

  virtual ~KeptCallStore() = default;
  /// What was written, once: it is gone from the store.
  [[nodiscard]] virtual Result<std::vector<KeptCall>> take() = 0;
  /// All of it or nothing.
  [[nodiscard]] virtual Result<void> write(const Changes& changes) = 0;
};

}  // namespace webcalling::call
