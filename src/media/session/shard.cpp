#include "media/session/shard.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "base/prefetch.hpp"
#include "media/session/plain_transport.hpp"
#include "media/session/webrtc_transport.hpp"
#include "media/stun/message.hpp"

namespace webcalling::media {

struct Shard::Entry {
  template <typename Transport, typename... Args>
  Entry(ShardServices& services, const LocalLeg& local, std::in_place_type_t<Transport> kind, Args&&... args)
      : transport(kind, std::forward<Args>(args)...), leg(local, services, std::get<Transport>(transport)) {}

  struct Borrower {
    LegId listener;
    Lend lend;
  };
  /// At its start, all that packets need but the leg's part.
  static constexpr std::size_t kFront = 640;

  void prefetch() const { webcalling::prefetch(this, kFront); }
  [[nodiscard]] const LegTransport& any_transport() const {
    return std::visit([](const LegTransport& either) -> const LegTransport& { return either; }, transport);
  }

  /// Who hears this leg.
  boost::container::small_vector<Entry*, 2> listeners;
  std::vector<Borrower> borrowers;
  std::variant<PlainTransport, WebRtcTransport> transport;
  MediaLeg leg;
};

Shard::Shard(ShardServices services, const dtls::Context& context, DatagramSender& sender)
    : services_(std::move(services)), context_(context), sender_(sender) {}

Shard::~Shard() = default;

void Shard::open(const LocalLeg& local) {
  if (find(local.id) != nullptr) return;
  const auto* webrtc = std::get_if<LocalWebRtc>(&local.transport);
  auto entry = webrtc != nullptr ? make_webrtc(local, *webrtc) : make_plain(local);
  // Some may have been told to hear this leg before it was there.
  for (const auto& [id, other] : legs_) {
    if (talker_of(other->leg.source()) == local.id) entry->listeners.push_back(other.get());
  }
  if (webrtc != nullptr) by_ufrag_.insert_or_assign(webrtc->ice.ufrag, entry.get());
  legs_.emplace(local.id, std::move(entry));
}

std::unique_ptr<Shard::Entry> Shard::make_plain(const LocalLeg& local) {
  return std::make_unique<Entry>(services_, local, std::in_place_type<PlainTransport>, local.id, context_, services_,
                                 sender_);
}

std::unique_ptr<Shard::Entry> Shard::make_webrtc(const LocalLeg& local, const LocalWebRtc& webrtc) {
  const LegId id = local.id;
  return std::make_unique<Entry>(
      services_, local, std::in_place_type<WebRtcTransport>, webrtc.ice, context_, services_.timers, sender_,
      [this, id](const Endpoint& remote, bool valid) { set_path(id, remote, valid); },
      [this, id](std::string reason) { services_.on_event(id, MediaLost{std::move(reason)}); });
}

/// The last valid check decides whose an address is: a browser may use the port of a call that ended without a word.
void Shard::set_path(LegId leg, const Endpoint& remote, bool valid) {
  Entry* entry = find(leg);
  if (valid && entry != nullptr) {
    by_address_.insert_or_assign(remote, entry);
  } else if (const auto known = by_address_.find(remote); known != by_address_.end() && known->second == entry) {
    by_address_.erase(known);
  }
}

void Shard::configure(LegId leg, const LegSettings& settings) {
  Entry* entry = find(leg);
  if (entry == nullptr) return;
  if (const auto* remote = std::get_if<RemoteWebRtc>(&settings.remote)) {
    if (auto* webrtc = std::get_if<WebRtcTransport>(&entry->transport)) webrtc->set_remote(*remote);
  } else if (auto* plain = std::get_if<PlainTransport>(&entry->transport)) {
    plain->set_remote(std::get<RemotePlain>(settings.remote));
  }
  entry->leg.configure(settings);
}

void Shard::restart_ice(LegId leg, const ice::Credentials& local) {
  Entry* entry = find(leg);
  if (entry == nullptr) return;
  auto* webrtc = std::get_if<WebRtcTransport>(&entry->transport);
  if (webrtc == nullptr) return;
  webrtc->restart_ice(local);
  by_ufrag_.insert_or_assign(local.ufrag, entry);
}

void Shard::listen(LegId leg, const Source& source) {
  Entry* listener = find(leg);
  if (listener == nullptr || listener->leg.source() == source) return;
  stop_hearing(*listener);
  listener->leg.listen(source);
  const auto talking = talker_of(source);
  if (!talking) return;
  if (Entry* talker = find(*talking)) talker->listeners.push_back(listener);
}

void Shard::stop_hearing(Entry& listener) {
  const auto talking = talker_of(listener.leg.source());
  if (!talking) return;
  Entry* talker = find(*talking);
  if (talker == nullptr) return;
  auto& listeners = talker->listeners;
  listeners.erase(std::remove(listeners.begin(), listeners.end(), &listener), listeners.end());
}

void Shard::lend(LegId talker, LegId listener, Lend lend) {
  stop_lending(talker, listener);
  if (Entry* entry = find(talker)) entry->borrowers.push_back({listener, std::move(lend)});
}

void Shard::stop_lending(LegId talker, LegId listener) {
  Entry* entry = find(talker);
  if (entry == nullptr) return;
  std::erase_if(entry->borrowers,
                [listener](const Entry::Borrower& borrower) { return borrower.listener == listener; });
}

void Shard::hear(const LentPacket& lent) {
  Entry* listener = find(lent.listener());
  if (listener == nullptr || talker_of(listener->leg.source()) != lent.talker()) return;
  listener->leg.hear(lent.packet());
}

void Shard::send_digit(LegId leg, char digit, Duration length) {
  if (Entry* entry = find(leg)) entry->leg.send_digit(digit, length);
}

std::size_t Shard::borrowers() const {
  std::size_t count = 0;
  for (const auto& [id, entry] : legs_) count += entry->borrowers.size();
  return count;
}

void Shard::close(LegId leg) {
  Entry* entry = find(leg);
  if (entry == nullptr) return;
  stop_hearing(*entry);
  entry->leg.say_goodbye();
  std::visit([](LegTransport& transport) { transport.close(); }, entry->transport);
  const auto is_its_own = [entry](const auto& known) { return known.second == entry; };
  std::erase_if(by_ufrag_, is_its_own);
  erase_if(by_address_, is_its_own);
  legs_.erase(leg);
}

void Shard::receive_shared(MutableBytes datagram, const Endpoint& from, const IpAddress& local) {
  Entry* entry = find_by_datagram(datagram, from);
  auto* webrtc = entry == nullptr ? nullptr : std::get_if<WebRtcTransport>(&entry->transport);
  if (webrtc == nullptr) {
    ++counters_.strangers;
    return;
  }
  deliver(*entry, webrtc->receive(datagram, from, local));
}

Shard::Entry* Shard::find_by_datagram(Bytes datagram, const Endpoint& from) {
  if (stun::looks_like_stun(datagram)) {
    const auto ufrag = stun::receiver_ufrag(datagram);
    if (!ufrag) return nullptr;
    const auto known = by_ufrag_.find(*ufrag);
    return known == by_ufrag_.end() ? nullptr : known->second;
  }
  const auto known = by_address_.find(from);
  return known == by_address_.end() ? nullptr : known->second;
}

void Shard::receive_plain(LegId leg, PlainPort port, MutableBytes datagram, const Endpoint& from) {
  Entry* entry = find(leg);
  auto* plain = entry == nullptr ? nullptr : std::get_if<PlainTransport>(&entry->transport);
  if (plain != nullptr) deliver(*entry, plain->receive(port, datagram, from));
}

void Shard::prefetch_plain(LegId leg, int step) {
  if (const Entry* talker = find(leg)) prefetch(*talker, step);
}

void Shard::prefetch_shared(const Endpoint& from, int step) {
  if (const auto known = by_address_.find(from); known != by_address_.end()) prefetch(*known->second, step);
}

void Shard::prefetch(const Entry& talker, int step) {
  if (step == 1) {
    talker.prefetch();
    return talker.leg.prefetch_receiving();
  }
  if (step == 2) {
    talker.any_transport().prefetch_receiving();
    talker.leg.prefetch_formats();
  }
  for (const Entry* listener : talker.listeners) {
    if (step == 2) {
      listener->prefetch();
      listener->leg.prefetch_sending();
    }
    if (step == 3) listener->any_transport().prefetch_sending();
  }
}

void Shard::deliver(Entry& talker, const ReceivedPacket& received) {
  switch (received.kind) {
    case ReceivedPacket::Kind::Consumed: return;
    case ReceivedPacket::Kind::Refused: ++counters_.refused; return;
    case ReceivedPacket::Kind::Rtcp: return talker.leg.receive_rtcp(received.packet);
    case ReceivedPacket::Kind::Rtp: break;
  }
  const auto heard = talker.leg.receive_rtp(received.packet);
  if (!heard) return;
  for (Entry* listener : talker.listeners) listener->leg.hear(*heard);
  for (const Entry::Borrower& borrower : talker.borrowers) {
    if (!borrower.lend({talker.leg.id(), borrower.listener, *heard})) ++counters_.unlent;
  }
}

Shard::Entry* Shard::find(LegId leg) {
  const auto found = legs_.find(leg);
  return found == legs_.end() ? nullptr : found->second.get();
}

}  // namespace webcalling::media
