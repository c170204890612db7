#include "messaging/mailbox.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace webcalling::messaging {

Mailbox::Mailbox(const House& house, std::string extension)
    : house_(house),
      extension_(std::move(extension)),
      patience_(house.delivery.timers, [this] { lose_patience(); }) {}

void Mailbox::receive(Incoming incoming) {
  const bool is_in_a_round = state_ == State::Reading || state_ == State::Redelivering;
  if (is_in_a_round || house_.kept.holds_up(extension_)) {
    keep(incoming);
    if (state_ == State::Idle) begin_round(devices({}), false);
    return;
  }
  if (waiting_.size() >= house_.settings.max_kept) return incoming.reply->give(480, "Too Many Messages Wait Already");
  incoming.came = house_.delivery.timers.now();
  waiting_.push_back(std::move(incoming));
  if (state_ == State::Idle) return deliver_next();
  // The first has its answer, but is still on its way.
  if (!patience_.running()) patience_.start(house_.settings.patience_of_senders);
}

void Mailbox::on_registered(const call::Destination& device) {
  if (state_ == State::Idle) return begin_round({device}, true);
  next_device_ = device;
}

void Mailbox::close() {
  house_.kept.forget(extension_);
  for (const Incoming& incoming : waiting_) incoming.reply->give(404);
  waiting_.clear();
  first_kept_.reset();
  delivery_.reset();
  round_.reset();
  next_device_.reset();
  patience_.stop();
  // What is being read comes to nobody.
  alive_ = std::make_shared<bool>(true);
  state_ = State::Idle;
  house_.on_idle();
}

void Mailbox::deliver_next() {
  while (!waiting_.empty()) {
    if (house_.kept.holds_up(extension_)) {
      keep_others(0);
      break;
    }
    const auto to = devices(waiting_.front().target);
    if (!to.empty()) {
      state_ = State::Delivering;
      patience_.start(patience_left());
      delivery_ = Delivery::start(house_.delivery, *this, waiting_.front().message, to);
      return;
    }
    keep_first();
    forget_first();
  }
  house_.on_idle();
}

Duration Mailbox::patience_left() const {
  const Duration waited = house_.delivery.timers.now() - waiting_.front().came;
  return std::max(house_.settings.patience_of_senders - waited, Duration::zero());
}

void Mailbox::on_outcome(Outcome outcome, int status) {
  outcome_ = outcome;
  state_ == State::Delivering ? conclude_first(outcome, status) : conclude_kept(outcome);
}

void Mailbox::conclude_first(Outcome outcome, int status) {
  patience_.stop();
  switch (outcome) {
    case Outcome::Taken:
    case Outcome::Declined:
      waiting_.front().reply->give(outcome == Outcome::Taken ? 200 : status);
      if (first_kept_) house_.kept.remove(extension_, *first_kept_);
      return;
    case Outcome::Refused:
      keep_first();
      if (first_kept_) house_.kept.set_aside(extension_, *first_kept_);
      return;
    case Outcome::Failed: return keep_first();
  }
}

void Mailbox::conclude_kept(Outcome outcome) {
  switch (outcome) {
    case Outcome::Taken:
    case Outcome::Declined: return house_.kept.remove(extension_, round_->at);
    case Outcome::Refused: return house_.kept.set_aside(extension_, round_->at);
    case Outcome::Failed: return round_.reset();
  }
}

void Mailbox::on_finished() {
  delivery_.reset();
  if (state_ == State::Redelivering) return continue_round();
  forget_first();
  go_on();
}

void Mailbox::go_on() {
  state_ = State::Idle;
  // It was that of those who waited for the last one.
  patience_.stop();
  if (house_.kept.holds_up(extension_)) keep_others(0);
  if (next_device_) return begin_round({*std::exchange(next_device_, std::nullopt)}, true);
  // Whoever took the last one may take what has come meanwhile.
  if (outcome_ != Outcome::Failed && house_.kept.holds_up(extension_)) return begin_round(devices({}), false);
  deliver_next();
}

void Mailbox::lose_patience() {
  keep_first();
  // Those behind it wait for the same devices.
  keep_others(1);
}

void Mailbox::keep_first() {
  // Its sender may know already that it could not be kept.
  if (!first_kept_ && !waiting_.front().reply->is_given()) first_kept_ = keep(waiting_.front());
}

void Mailbox::keep_others(std::size_t behind) {
  while (waiting_.size() > behind) {
    keep(waiting_[behind]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(behind));
  }
}

void Mailbox::forget_first() {
  waiting_.pop_front();
  first_kept_.reset();
}

std::optional<MessageId> Mailbox::keep(const Incoming& incoming) {
  const auto id = house_.kept.keep(incoming.message, incoming.lifetime,
                                   [reply = incoming.reply](const Result<void>& written) {
                                     // RFC 3428 section 7: 202 is for what was taken, but not delivered yet.
                                     written ? reply->give(202) : reply->give(500, "The Message Could Not Be Kept");
                                   });
  if (id) return *id;
  incoming.reply->give(480, id.error().text);
  return std::nullopt;
}

void Mailbox::begin_round(std::vector<call::Destination> devices, bool is_thorough) {
  if (!devices.empty()) round_ = Round{.devices = std::move(devices), .is_thorough = is_thorough};
  continue_round();
}

void Mailbox::continue_round() {
  const auto next = round_ ? house_.kept.next(extension_, round_->at, round_->is_thorough) : std::nullopt;
  if (!next) return end_round();
  state_ = State::Reading;
  // Whose sender still waits goes behind those that were there before.
  keep_others(0);
  round_->at = *next;
  house_.kept.read(*next, [this, alive = std::weak_ptr(alive_)](const auto& words) {
    if (!alive.expired()) receive_words(words);
  });
}

void Mailbox::receive_words(const Result<std::optional<InstantMessage>>& words) {
  // A disk that cannot be read now may be later.
  if (!words) outcome_ = Outcome::Failed;
  if (!words) return end_round();
  if (!*words) {
    house_.kept.remove(extension_, round_->at);
    return continue_round();
  }
  state_ = State::Redelivering;
  delivery_ = Delivery::start(house_.delivery, *this, **words, round_->devices);
}

void Mailbox::end_round() {
  const bool was_begun = round_.has_value();
  round_.reset();
  if (was_begun || state_ != State::Idle) return go_on();
  house_.on_idle();
}

std::vector<call::Destination> Mailbox::devices(const sip::Uri& target) const {
  std::vector<call::Destination> all;
  for (auto& group : house_.locator.locate(extension_, target)) {
    std::move(group.begin(), group.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace webcalling::messaging
