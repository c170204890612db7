#include "messaging/delivery.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::messaging {
namespace {

/// A request has been sent four times by then (RFC 3261 section 17.1.2.2), as in a call: a way that is silent for so
/// long is taken for dead if there is another.
constexpr Duration kSilenceOfADeadWay = 5s;
/// What the other devices get once one has the message; two repetitions fit in it.
constexpr Duration kGraceForTheOthers = 2s;

/// RFC 5626 section 7; 408 and 503 are made here when nobody answers or a connection breaks.
bool is_dead_way(int status) { return status == 430 || status == 408 || status == 503; }

}  // namespace

Outcome outcome_of(int status) {
  if (status >= 200 && status < 300) return Outcome::Taken;
  switch (status) {
    case 603:
    case 607: return Outcome::Declined;  // RFC 8197
    case 405:
    case 406:
    case 413:
    case 415:
    case 416:
    case 420:
    case 488:
    case 501:
    case 505:
    case 513: return Outcome::Refused;
    default: return Outcome::Failed;
  }
}

std::shared_ptr<Delivery> Delivery::start(const House& house, Listener& listener, InstantMessage message,
                                          const std::vector<call::Destination>& devices) {
  auto delivery = std::make_shared<Delivery>(house, listener, std::move(message));
  delivery->send(devices);
  return delivery;
}

Delivery::Delivery(const House& house, Listener& listener, InstantMessage message)
    : house_(house),
      listener_(&listener),
      message_(std::move(message)),
      silence_(house.timers, [this] { pass_over_silent_ways(); }),
      grace_(house.timers, [this] { finish(); }) {}

void Delivery::send(const std::vector<call::Destination>& devices) {
  for (const call::Destination& device : devices) {
    devices_.push_back({.ways = {device}});
    auto& ways = devices_.back().ways;
    ways.insert(ways.end(), device.alternatives.begin(), device.alternatives.end());
  }
  for (std::size_t device = 0; device < devices_.size(); ++device) try_next_way(device);
}

void Delivery::try_next_way(std::size_t index) {
  Device& device = devices_[index];
  const call::Destination& way = device.ways[device.tried++];
  ++device.open;
  if (device.tried < device.ways.size()) silence_.start(kSilenceOfADeadWay);
  house_.transactions.send_request(make_request(message_, way, house_.random, house_.product), way.flow,
                                   [weak = weak_from_this(), index](const sip::Response& response) {
                                     const auto self = weak.lock();
                                     if (self && response.is_final()) self->receive(index, response);
                                   });
}

void Delivery::receive(std::size_t index, const sip::Response& response) {
  Device& device = devices_[index];
  --device.open;
  if (device.outcome == Outcome::Taken) return;
  const int status = response.status();
  const Outcome outcome = outcome_of(status);
  const bool has_another_way = device.tried < device.ways.size();
  if (is_dead_way(status) && has_another_way) return try_next_way(index);
  if (outcome == Outcome::Failed && device.open > 0) return;
  device.outcome = outcome;
  if (outcome == Outcome::Declined) status_of_refusal_ = status;
  conclude();
}

void Delivery::pass_over_silent_ways() {
  for (std::size_t index = 0; index < devices_.size(); ++index) {
    const Device& device = devices_[index];
    if (!device.outcome && device.tried < device.ways.size()) try_next_way(index);
  }
}

void Delivery::conclude() {
  const auto is_taken = [](const Device& device) { return device.outcome == Outcome::Taken; };
  const auto has_ended = [](const Device& device) { return device.outcome.has_value(); };
  const bool all_ended = std::all_of(devices_.begin(), devices_.end(), has_ended);
  if (std::any_of(devices_.begin(), devices_.end(), is_taken)) {
    if (!told_ && !all_ended) grace_.start(kGraceForTheOthers);
    tell(Outcome::Taken, 200);
  } else if (all_ended) {
    tell(worst(), status_of_refusal_);
  }
  if (all_ended) finish();
}

Outcome Delivery::worst() const {
  const auto any = [this](Outcome outcome) {
    return std::any_of(devices_.begin(), devices_.end(),
                       [outcome](const Device& device) { return device.outcome == outcome; });
  };
  if (any(Outcome::Declined)) return Outcome::Declined;
  return any(Outcome::Failed) ? Outcome::Failed : Outcome::Refused;
}

void Delivery::tell(Outcome outcome, int status) {
  if (!std::exchange(told_, true)) listener_->on_outcome(outcome, status);
}

void Delivery::finish() {
  const auto alive = shared_from_this();
  silence_.stop();
  grace_.stop();
  if (Listener* listener = std::exchange(listener_, nullptr)) listener->on_finished();
}

}  // namespace webcalling::messaging
