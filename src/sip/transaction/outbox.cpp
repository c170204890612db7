#include "sip/transaction/outbox.hpp"

#include <utility>

namespace webcalling::sip {
namespace {

bool concerns_the_layer(const TransactionEvent& event) {
  return std::holds_alternative<ServerTransactionEnded>(event) ||
         std::holds_alternative<ClientTransactionEnded>(event) || std::holds_alternative<CancelDue>(event);
}

}  // namespace

Outbox::Outbox(TimerQueue& timers, Receiver receiver)
    : receiver_(std::move(receiver)), wake_up_(timers, [this] { deliver(); }) {}

void Outbox::push(TransactionEvent event) {
  events_.push_back(std::move(event));
  if (!held_ && !delivering_ && !wake_up_.running()) wake_up_.start(0s);
}

void Outbox::deliver() {
  held_ = false;
  if (delivering_) return;
  delivering_ = true;
  while (!empty()) deliver_first();
  delivering_ = false;
  wake_up_.stop();
}

void Outbox::tidy() {
  if (delivering_) return;
  while (!empty() && concerns_the_layer(events_[next_])) deliver_first();
  if (empty()) wake_up_.stop();
}

void Outbox::deliver_first() {
  TransactionEvent event = std::move(events_[next_++]);
  if (empty()) {
    events_.clear();
    next_ = 0;
  }
  receiver_(std::move(event));
}

}  // namespace webcalling::sip
