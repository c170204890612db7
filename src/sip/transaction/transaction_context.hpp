#pragma once

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "sip/transaction/outbox.hpp"
#include "sip/transaction/transaction_timers.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// What all transactions of one layer share; it outlives them.
struct TransactionContext {
  TimerQueue& timers;
  Random& random;
  MessageSender& sender;
  Outbox& outbox;
  TransactionTimers settings;

  /// How long a client tries (timers B and F) and how long its peer must remember (timers H, J, L, M).
  [[nodiscard]] Duration patience() const { return 64 * settings.t1; }
};

}  // namespace webcalling::sip
