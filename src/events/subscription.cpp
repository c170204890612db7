#include "events/subscription.hpp"

#include <utility>

#include "sip/message/headers.hpp"

namespace webcalling::events {
namespace {

using std::chrono::seconds;

std::string terminated(EndReason reason) {
  switch (reason) {
    case EndReason::Timeout: return "terminated;reason=timeout";
    case EndReason::Deactivated: return "terminated;reason=deactivated";
    case EndReason::Probation: return "terminated;reason=probation;retry-after=30";
    case EndReason::Rejected: return "terminated;reason=rejected";
    case EndReason::NoResource: return "terminated;reason=noresource";
  }
  return "terminated";
}

/// RFC 6665 section 4.2.2, RFC 5057 section 5.1: nearly every refusal means that nobody waits for the next NOTIFY. A
/// 500 alone says that this one came at the wrong time, e.g. after a later one (RFC 3261 section 12.2.2).
bool ends_subscription(const sip::Response& response) { return !response.is_success() && response.status() != 500; }

}  // namespace

Subscription::Subscription(Surroundings& surroundings, Setup setup, OnOver on_over)
    : house_(surroundings),
      setup_(std::move(setup)),
      on_over_(std::move(on_over)),
      refreshed_(surroundings.timers.now()),
      expiry_(surroundings.timers,
              [this] {
                const auto alive = shared_from_this();
                end(EndReason::Timeout);
                on_over_();
              }),
      rest_(surroundings.timers, [this] { tell_change(); }) {}

void Subscription::extend(seconds expires) {
  if (state_ == State::Over) return;
  refreshed_ = house_.timers.now();
  expires_at_ = refreshed_ + expires;
  expiry_.start(expires);
  if (state_ == State::Telling) {
    next_ = Next::Everything;
  } else {
    tell_active();
  }
}

void Subscription::note_change() {
  switch (state_) {
    case State::Idle: {
      const Duration rest = told_at_ + setup_.package.pace() - house_.timers.now();
      if (rest <= Duration::zero()) return tell_change();
      state_ = State::Resting;
      return rest_.start(rest);
    }
    case State::Telling:
      if (next_ == Next::Nothing) next_ = Next::Change;
      return;
    case State::Resting:
    case State::Over: return;
  }
}

void Subscription::end(EndReason reason) {
  if (state_ == State::Over) return;
  tell(terminated(reason));
  enter_over();
}

void Subscription::forget() { enter_over(); }

void Subscription::enter_over() {
  state_ = State::Over;
  expiry_.stop();
  rest_.stop();
}

void Subscription::tell_change() {
  state_ = State::Idle;
  if (fingerprint() != told_) tell_active();
}

void Subscription::tell_active() {
  rest_.stop();
  state_ = State::Telling;
  next_ = Next::Nothing;
  const auto left = std::chrono::ceil<seconds>(expires_at_ - house_.timers.now());
  tell(fmt::format("active;expires={}", left.count()));
}

void Subscription::tell(const std::string& subscription_state) {
  told_ = fingerprint();
  told_at_ = house_.timers.now();
  auto notify = setup_.dialog.make_request(sip::Method::Notify);
  house_.announce(notify);
  sip::Event event{.token = std::string(setup_.package.event()), .parameters = {}};
  if (!setup_.event_id.empty()) event.parameters.set("id", setup_.event_id);
  notify.add(event);
  notify.add(sip::HeaderName::SubscriptionState, subscription_state);
  notify.set_body(setup_.package.body_type(), setup_.package.describe(setup_.subject, version_++));
  house_.transactions.send_request(std::move(notify), setup_.dialog.flow(),
                                   [weak = weak_from_this()](const sip::Response& response) {
                                     if (const auto self = weak.lock()) self->receive(response);
                                   });
}

void Subscription::receive(const sip::Response& response) {
  if (response.is_provisional() || state_ != State::Telling) return;
  if (ends_subscription(response)) {
    house_.log.debug("{} no longer watches {} of {}: NOTIFY was answered {}", setup_.watcher, setup_.package.event(),
                     setup_.subject.extension, response.status());
    enter_over();
    return on_over_();
  }
  state_ = State::Idle;
  switch (std::exchange(next_, Next::Nothing)) {
    case Next::Nothing: return;
    case Next::Change: return note_change();
    case Next::Everything: return tell_active();
  }
}

std::size_t Subscription::fingerprint() const {
  return std::hash<std::string>{}(setup_.package.describe(setup_.subject, 0));
}

}  // namespace webcalling::events
