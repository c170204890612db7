#include "call/leg/reliable_provisionals.hpp"

#include <utility>

#include "sip/transaction/transaction_timers.hpp"

namespace webcalling::call {
namespace {

constexpr Duration kT1 = sip::TransactionTimers{}.t1;
/// Section 3: the first number is "chosen uniformly between 1 and 2**31 - 1".
constexpr std::uint32_t kHighestFirstNumber = 0x7fff'ffff;

}  // namespace

ReliableProvisionals::ReliableProvisionals(TimerQueue& timers, Random& random, Send send,
                                           OnUnacknowledged on_unacknowledged)
    : random_(random),
      send_(std::move(send)),
      on_unacknowledged_(std::move(on_unacknowledged)),
      retransmission_(timers, [this] { retransmit(); }),
      deadline_(timers, [this] {
        stop();
        on_unacknowledged_();
      }) {}

void ReliableProvisionals::send(sip::Response response) {
  if (last_number_ == 0) last_number_ = static_cast<std::uint32_t>(random_.below(kHighestFirstNumber));
  response.add(sip::HeaderName::Require, "100rel");
  response.add(sip::RSeq{++last_number_});
  unacknowledged_.push_back(std::move(response));
  if (unacknowledged_.size() == 1) send_first();
}

std::optional<sip::Response> ReliableProvisionals::acknowledge(const sip::RAck& rack) {
  if (unacknowledged_.empty()) return std::nullopt;
  const auto number = unacknowledged_.front().get<sip::RSeq>();
  const auto cseq = unacknowledged_.front().get<sip::CSeq>();
  if (!number || !cseq || rack.rseq != number->value) return std::nullopt;
  if (rack.cseq.number != cseq->number || rack.cseq.method != cseq->method) return std::nullopt;
  sip::Response acknowledged = std::move(unacknowledged_.front());
  unacknowledged_.pop_front();
  retransmission_.stop();
  deadline_.stop();
  if (!unacknowledged_.empty()) send_first();
  return acknowledged;
}

void ReliableProvisionals::stop() {
  unacknowledged_.clear();
  retransmission_.stop();
  deadline_.stop();
}

void ReliableProvisionals::send_first() {
  send_(unacknowledged_.front());
  interval_ = kT1;
  retransmission_.start(interval_);
  deadline_.start(64 * kT1);
}

void ReliableProvisionals::retransmit() {
  send_(unacknowledged_.front());
  interval_ *= 2;
  retransmission_.start(interval_);
}

}  // namespace webcalling::call
