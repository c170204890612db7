#include "media/ice/ice_lite.hpp"

#include <algorithm>

#include "media/stun/message.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::media::ice {
namespace {

using stun::Message;
using stun::MessageClass;
using stun::Writer;

/// RFC 8489 §9.1.3: these go to somebody who has not shown our password, so they are not signed with it.
ByteVector unsigned_error(const Message& request, std::uint16_t code, std::string_view reason) {
  return Writer(MessageClass::Error, request.method, request.transaction_id).error(code, reason).fingerprint().take();
}

ByteVector signed_error(const Message& request, std::uint16_t code, std::string_view reason, std::string_view key) {
  Writer writer(MessageClass::Error, request.method, request.transaction_id);
  writer.error(code, reason);
  if (!request.unknown_required.empty()) writer.unknown_attributes(request.unknown_required);
  return writer.integrity(key).fingerprint().take();
}

ByteVector success(const Message& request, const Endpoint& from, std::string_view key) {
  return Writer(MessageClass::Success, request.method, request.transaction_id)
      .xor_mapped_address(from)
      .integrity(key)
      .fingerprint()
      .take();
}

}  // namespace

// The order of the tests is that of RFC 8489 §9.1.3 (who speaks), §6.3.1 (do we understand), RFC 8445 §7.3.1.1 (role).
IceLite::Outcome IceLite::receive(Bytes datagram, const Endpoint& from, const IpAddress& local, TimePoint now) {
  Outcome outcome;
  const auto request = Message::parse(datagram);
  if (!request || request->message_class != MessageClass::Request || request->method != stun::kBindingMethod) {
    return outcome;
  }
  if (!request->username || !request->has_integrity()) {
    outcome.response = unsigned_error(*request, 400, "Bad Request");
    return outcome;
  }
  const Credentials* credentials = find_credentials(*request);
  if (credentials == nullptr || !request->check_integrity(credentials->pwd)) {
    outcome.response = unsigned_error(*request, 401, "Unauthenticated");
    return outcome;
  }
  if (!request->unknown_required.empty()) {
    outcome.response = signed_error(*request, 420, "Unknown Attribute", credentials->pwd);
    return outcome;
  }
  // We cannot become controlling, so it is always the peer that has to change its mind.
  if (request->ice_controlled) {
    outcome.response = signed_error(*request, 487, "Role Conflict", credentials->pwd);
    return outcome;
  }
  outcome.response = success(*request, from, credentials->pwd);
  if (credentials == &local_ && before_restart_) {
    before_restart_.reset();
    nominated_ = false;
    selected_.reset();
    outcome.restart_completed = true;
  }
  accept({from, local}, request->use_candidate, now, outcome);
  return outcome;
}

void IceLite::restart(Credentials new_local) {
  // A second restart before the first took effect: the media still runs on what came before both.
  if (!before_restart_) before_restart_ = std::move(local_);
  local_ = std::move(new_local);
}

bool IceLite::set_remote(Credentials remote) {
  const bool changed = remote_ && *remote_ != remote;
  remote_ = std::move(remote);
  return changed;
}

bool IceLite::answers_to(std::string_view ufrag) const {
  return ufrag == local_.ufrag || (before_restart_ && ufrag == before_restart_->ufrag);
}

bool IceLite::is_valid(const Endpoint& remote) const {
  return std::ranges::any_of(pairs_, [&](const ValidPair& valid) { return valid.pair.remote == remote; });
}

std::optional<TimePoint> IceLite::consent_deadline() const {
  if (!last_check_) return std::nullopt;
  return *last_check_ + kConsentLifetime;
}

/// RFC 8445 §7.3: a USERNAME is ours if the part before the colon is; what the peer calls itself behind it does not
/// matter.
const Credentials* IceLite::find_credentials(const Message& request) const {
  const auto colon = request.username->find(':');
  if (colon == std::string_view::npos) return nullptr;
  const auto ufrag = request.username->substr(0, colon);
  if (ufrag == local_.ufrag) return &local_;
  if (before_restart_ && ufrag == before_restart_->ufrag) return &*before_restart_;
  return nullptr;
}

void IceLite::accept(const Pair& pair, bool use_candidate, TimePoint now, Outcome& outcome) {
  last_check_ = now;
  outcome.accepted = true;
  remember(pair, now, outcome);
  // RFC 8445 §8.1.1 lets the controlling agent nominate once; browsers nominate again when their path changes, so the
  // last wins.
  if (use_candidate) {
    nominated_ = true;
    select(pair, outcome);
  } else if (!selected_) {
    select(pair, outcome);
  }
}

void IceLite::remember(const Pair& pair, TimePoint now, Outcome& outcome) {
  const auto known = std::ranges::find(pairs_, pair, &ValidPair::pair);
  if (known != pairs_.end()) {
    known->last_check = now;
    return;
  }
  if (pairs_.size() == kMaxPairs) forget_quietest(outcome);
  pairs_.push_back({pair, now});
  outcome.validated = pair;
}

void IceLite::forget_quietest(Outcome& outcome) {
  auto quietest = pairs_.end();
  for (auto it = pairs_.begin(); it != pairs_.end(); ++it) {
    if (it->pair == selected_) continue;
    if (quietest == pairs_.end() || it->last_check < quietest->last_check) quietest = it;
  }
  const Pair gone = quietest->pair;
  pairs_.erase(quietest);
  // The same address of the peer may still be valid towards another of ours.
  if (!is_valid(gone.remote)) outcome.forgotten = gone;
}

void IceLite::select(const Pair& pair, Outcome& outcome) {
  if (selected_ == pair) return;
  selected_ = pair;
  outcome.selected = pair;
}

}  // namespace webcalling::media::ice
