#include "media/session/dtls_handshakes.hpp"

#include <algorithm>
#include <utility>

#include "media/session/nowhere.hpp"
#include "media/stun/message.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::media {
namespace {

ByteVector binding_request(Random& random) {
  stun::TransactionId id{};
  random.fill(id);
  return stun::Writer(stun::MessageClass::Request, stun::kBindingMethod, id).fingerprint().take();
}

}  // namespace

DtlsHandshakes::DtlsHandshakes(const dtls::Context& context, ShardServices& services, Outside outside)
    : context_(context),
      services_(services),
      outside_(std::move(outside)),
      timer_(services.timers, [this] { expire(); }) {}

void DtlsHandshakes::set_remote(const RemoteDtls& remote, const Endpoint& described) {
  const bool same_peer = remote_ && remote_->our_role == remote.our_role &&
                         std::ranges::is_permutation(remote_->fingerprints, remote.fingerprints);
  const bool same_place = described_ == described;
  remote_ = remote;
  described_ = described;
  if (!same_peer) {
    association_.reset();
    failure_.clear();
  }
  if (same_peer && same_place) return;
  attempts_.clear();
  open_ = true;
  invite();
  schedule();
}

void DtlsHandshakes::invite() {
  if (is_nowhere(described_)) return;
  // RFC 5763 section 6.7.2: one unauthenticated check, for a NAT on our side of the path.
  if (is_server()) return outside_.send(described_, binding_request(services_.random));
  begin(described_);
}

void DtlsHandshakes::receive(Bytes datagram, const Endpoint& from) {
  if (!remote_) return;
  Attempt* attempt = find(from);
  if (attempt == nullptr && open_) attempt = admit(datagram, from);
  // What the peer still has to say of the association it has, while it may begin another.
  if (attempt == nullptr && association_ && association_->remote == from) attempt = association_.get();
  if (attempt == nullptr || is_too_eager(*attempt, datagram)) return;
  attempt->last_heard = services_.timers.now();
  attempt->dtls.receive(datagram, services_.timers.now());
  drain(*attempt);
  schedule();
}

void DtlsHandshakes::receive_stun(Bytes datagram, const Endpoint& from) {
  const auto request = stun::Message::parse(datagram);
  if (!open_ || !request || request->message_class != stun::MessageClass::Request ||
      request->method != stun::kBindingMethod || !request->unknown_required.empty()) {
    return;
  }
  outside_.send(from, stun::Writer(stun::MessageClass::Success, request->method, request->transaction_id)
                          .xor_mapped_address(from)
                          .fingerprint()
                          .take());
  // A server behind a NAT shows its real address so: that is where our ClientHello has to go as well.
  if (is_server() || find(from) != nullptr || !make_room()) return;
  begin(from);
  schedule();
}

DtlsHandshakes::Attempt* DtlsHandshakes::find(const Endpoint& from) {
  const auto found = std::ranges::find(attempts_, from, [](const auto& attempt) { return attempt->remote; });
  return found == attempts_.end() ? nullptr : found->get();
}

/// A client that we have to wait for begins with a ClientHello. As clients we have nothing to say to strangers.
DtlsHandshakes::Attempt* DtlsHandshakes::admit(Bytes datagram, const Endpoint& from) {
  if (!is_server() || !dtls::find_client_hello(datagram)) return nullptr;
  if (from != described_ && !make_room()) return nullptr;
  return begin(from);
}

DtlsHandshakes::Attempt* DtlsHandshakes::begin(const Endpoint& with) {
  using Address = dtls::DtlsEndpoint::Address;
  // Where the description points to we would send anything anyway.
  const Address address = with == described_ ? Address::Proved : Address::ToBeProved;
  attempts_.push_back(std::make_unique<Attempt>(context_, with, remote_->our_role, address));
  Attempt& attempt = *attempts_.back();
  attempt.last_heard = services_.timers.now();
  attempt.dtls.set_remote_fingerprints(remote_->fingerprints, services_.timers.now());
  attempt.dtls.start(services_.timers.now());
  drain(attempt);
  return &attempt;
}

/// Whether there is room for another stranger; the described address has a place of its own.
bool DtlsHandshakes::make_room() {
  const auto is_stranger = [this](const auto& attempt) { return attempt->remote != described_; };
  if (std::ranges::count_if(attempts_, is_stranger) < static_cast<std::ptrdiff_t>(kMaxStrangers)) return true;
  const auto abandoned = std::ranges::find_if(attempts_, [&](const auto& attempt) {
    return is_stranger(attempt) && attempt->last_heard + kAbandoned <= services_.timers.now();
  });
  if (abandoned == attempts_.end()) return false;
  attempts_.erase(abandoned);
  return true;
}

/// A handshake costs us some signatures: nobody gets them as fast as he can ask.
bool DtlsHandshakes::is_too_eager(Attempt& attempt, Bytes datagram) const {
  const auto hello = dtls::find_client_hello(datagram);
  if (!hello || !hello->random || hello->random == attempt.hello) return false;
  const TimePoint now = services_.timers.now();
  if (attempt.hello && now < attempt.last_hello + kPause) return true;
  attempt.hello = hello->random;
  attempt.last_hello = now;
  return false;
}

void DtlsHandshakes::expire() {
  const TimePoint now = services_.timers.now();
  if (association_) {
    association_->dtls.expire(now);
    drain(*association_);
  }
  // Any of them may win, and end the others.
  for (std::size_t i = 0; i < attempts_.size(); ++i) {
    attempts_[i]->dtls.expire(now);
    drain(*attempts_[i]);
  }
  schedule();
}

void DtlsHandshakes::drain(Attempt& attempt) {
  while (const auto datagram = attempt.dtls.poll_datagram()) outside_.send(attempt.remote, *datagram);
  while (const auto event = attempt.dtls.poll_event()) {
    if (const auto* connected = std::get_if<dtls::Connected>(&*event)) {
      if (&attempt != association_.get()) become_peer(attempt);
      return outside_.on_connected(association_->remote, *connected);
    }
    handle(attempt, *event);
  }
}

void DtlsHandshakes::handle(Attempt& attempt, const dtls::Event& event) {
  if (const auto* failed = std::get_if<dtls::Failed>(&event)) {
    if (failure_.empty()) failure_ = failed->reason;
    return;
  }
  // The peer said goodbye. A BYE will follow, or another handshake: the keys serve until then.
  if (&attempt == association_.get()) open_ = true;
}

void DtlsHandshakes::become_peer(const Attempt& winner) {
  const auto won = std::ranges::find(attempts_, &winner, [](const auto& attempt) { return attempt.get(); });
  association_ = std::move(*won);
  attempts_.clear();
  open_ = false;
  failure_.clear();
}

void DtlsHandshakes::schedule() {
  std::optional<TimePoint> next;
  const auto consider = [&](const Attempt& attempt) {
    const auto deadline = attempt.dtls.next_deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  };
  if (association_) consider(*association_);
  for (const auto& attempt : attempts_) consider(*attempt);
  if (!next) return timer_.stop();
  timer_.start(std::max(Duration::zero(), *next - services_.timers.now()));
}

void DtlsHandshakes::close() {
  if (!association_) return;
  association_->dtls.close();
  drain(*association_);
  open_ = false;
}

}  // namespace webcalling::media
