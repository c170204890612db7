#pragma once

#include <string>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "call/leg/encryption.hpp"
#include "call/leg/leg_index.hpp"
#include "call/leg/leg_observer.hpp"
#include "call/leg/media_control.hpp"
#include "call/leg/session_timer.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling::call {

class CallKeeper;

/// What every leg borrows from the house. All of it outlives every call.
struct Surroundings {
  TimerQueue& timers;
  Random& random;
  sip::TransactionLayer& transactions;
  MediaControl& media;
  LegIndex& legs;
  const Log& log;
  /// Server and User-Agent header.
  std::string product = "WebCalling";
  SessionTimerSettings session{};
  Encryption encryption = Encryption::Optional;
  /// How long a browser that has lost its connection and its audio may take to come back; 0: it may not.
  Duration reconnect = 30s;
  /// Null if nobody wants to know.
  LegObserver* observer = nullptr;
  /// Null if no call shall outlive the server.
  CallKeeper* keeper = nullptr;
};

}  // namespace webcalling::call
