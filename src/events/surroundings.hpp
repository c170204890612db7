#pragma once

#include <functional>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling::events {

/// What subscriptions borrow from the house. All of it outlives every subscription.
struct Surroundings {
  TimerQueue& timers;
  Random& random;
  sip::TransactionLayer& transactions;
  const Log& log;
  /// Says in a message who we are and what we can do.
  std::function<void(sip::Message&)> announce;
};

}  // namespace webcalling::events
