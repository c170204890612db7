#include "call/leg/refer_progress.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::call {
namespace {

/// Longer than any transfer takes: phones ring for at most ten minutes.
constexpr std::chrono::seconds kLongestSubscription{600};

bool is_final(int status) { return status >= 200; }

std::string event(std::optional<std::uint32_t> id) { return id ? fmt::format("refer;id={}", *id) : "refer"; }

}  // namespace

ReferProgress::ReferProgress(DialogRequests& dialog, std::optional<std::uint32_t> id, OnOver on_over)
    : dialog_(dialog), id_(id), on_over_(std::move(on_over)) {}

void ReferProgress::tell(int status) {
  switch (state_) {
    case State::Idle: status_ = status; return send();
    case State::Telling: next_ = status; return;
    case State::Over: return;
  }
}

void ReferProgress::send() {
  state_ = State::Telling;
  auto notify = dialog_.make_request(sip::Method::Notify);
  notify.add(sip::HeaderName::Event, event(id_));
  // RFC 3515 section 2.4.7: the last one ends the subscription.
  notify.add(sip::HeaderName::SubscriptionState, is_final(status_)
                                                     ? std::string("terminated;reason=noresource")
                                                     : fmt::format("active;expires={}", kLongestSubscription.count()));
  notify.set_body("message/sipfrag;version=2.0",
                  fmt::format("SIP/2.0 {} {}\r\n", status_, sip::reason_phrase(status_)));
  dialog_.send(std::move(notify), [weak = weak_from_this()](const sip::Response& response) {
    if (const auto self = weak.lock()) self->receive(response);
  });
}

void ReferProgress::receive(const sip::Response& response) {
  if (response.is_provisional() || state_ != State::Telling) return;
  // RFC 6665 section 4.2.2: a subscriber that refuses the NOTIFY, or gives no answer, is none any more.
  if (is_final(status_) || !response.is_success()) {
    state_ = State::Over;
    return on_over_();
  }
  state_ = State::Idle;
  if (const auto next = std::exchange(next_, std::nullopt)) tell(*next);
}

std::chrono::seconds ReferProgress::refresh(std::chrono::seconds expires) {
  if (state_ == State::Over) return std::chrono::seconds{0};
  if (expires > std::chrono::seconds{0}) return std::min(expires, kLongestSubscription);
  state_ = State::Over;
  return std::chrono::seconds{0};
}

bool ReferProgress::is_named_by(const sip::Message& message) const {
  const auto named = message.get<sip::Event>();
  if (!named || !ascii::equals_ignoring_case(named->token, "refer")) return false;
  const auto id = named->parameters.get("id");
  return id_ ? id == std::to_string(*id_) : !id.has_value();
}

}  // namespace webcalling::call
