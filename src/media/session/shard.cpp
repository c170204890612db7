#include "media/session/shard.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "media/stun/message.hpp"

namespace webcalling::media {

struct Shard::Entry {
  Entry(LegId leg, std::unique_ptr<PlainTransport> plain_transport, std::unique_ptr<WebRtcTransport> webrtc_transport)
      : id(leg), plain(std::move(plain_transport)), webrtc(std::move(webrtc_transport)) {}

  LegId id;
  /// Exactly one of the two is there.
  std::unique_ptr<PlainTransport> plain;
  std::unique_ptr<WebRtcTransport> webrtc;
  std::unique_ptr<MediaLeg> leg;
  /// Who hears this leg.
  std::vector<LegId> listeners;
  std::vector<std::string> ufrags;
};

Shard::Shard(ShardServices services, const dtls::Context& context, DatagramSender& sender)
    : services_(std::move(services)), context_(context), sender_(sender) {}

Shard::~Shard() = default;

void Shard::open(const LocalLeg& local) {
  const LegId id = local.id;
  std::unique_ptr<Entry> entry;
  if (const auto* webrtc = std::get_if<LocalWebRtc>(&local.transport)) {
    const auto on_path = [this, id](const Endpoint& remote, bool valid) {
      if (valid) {
        by_address_.insert_or_assign(remote, id);
      } else if (const auto known = by_address_.find(remote); known != by_address_.end() && known->second == id) {
        by_address_.erase(known);
      }
    };
    const auto on_lost = [this, id](std::string reason) { services_.on_event(id, MediaLost{std::move(reason)}); };
    entry = std::make_unique<Entry>(
        id, nullptr,
        std::make_unique<WebRtcTransport>(webrtc->ice, context_, services_.timers, sender_, on_path, on_lost));
    entry->ufrags.push_back(webrtc->ice.ufrag);
    by_ufrag_.insert_or_assign(webrtc->ice.ufrag, id);
  } else {
    entry = std::make_unique<Entry>(id, std::make_unique<PlainTransport>(id, sender_), nullptr);
  }
  LegTransport& transport = entry->webrtc ? static_cast<LegTransport&>(*entry->webrtc) : *entry->plain;
  entry->leg = std::make_unique<MediaLeg>(local, services_, transport);
  legs_.insert_or_assign(id, std::move(entry));
}

void Shard::configure(LegId leg, const LegSettings& settings) {
  Entry* entry = find(leg);
  if (entry == nullptr) return;
  if (const auto* remote = std::get_if<RemoteWebRtc>(&settings.remote); remote != nullptr && entry->webrtc) {
    entry->webrtc->set_remote(*remote);
  }
  if (const auto* remote = std::get_if<RemotePlain>(&settings.remote); remote != nullptr && entry->plain) {
    entry->plain->set_remote(*remote);
  }
  entry->leg->configure(settings);
}

void Shard::restart_ice(LegId leg, const ice::Credentials& local) {
  Entry* entry = find(leg);
  if (entry == nullptr || !entry->webrtc) return;
  entry->webrtc->restart_ice(local);
  entry->ufrags.push_back(local.ufrag);
  by_ufrag_.insert_or_assign(local.ufrag, leg);
}

void Shard::listen(LegId leg, const Source& source) {
  Entry* listener = find(leg);
  if (listener == nullptr) return;
  stop_hearing(*listener);
  listener->leg->listen(source);
  if (const auto* other = std::get_if<OtherLeg>(&source)) {
    if (Entry* talker = find(other->leg)) talker->listeners.push_back(leg);
  }
}

void Shard::stop_hearing(Entry& listener) {
  const auto* other = std::get_if<OtherLeg>(&listener.leg->source());
  if (other == nullptr) return;
  if (Entry* talker = find(other->leg)) std::erase(talker->listeners, listener.id);
}

void Shard::close(LegId leg) {
  Entry* entry = find(leg);
  if (entry == nullptr) return;
  stop_hearing(*entry);
  entry->leg->say_goodbye();
  if (entry->webrtc) entry->webrtc->close();
  for (const std::string& ufrag : entry->ufrags) by_ufrag_.erase(ufrag);
  std::erase_if(by_address_, [&](const auto& known) { return known.second == leg; });
  // The leg uses its transport to the end.
  entry->leg.reset();
  legs_.erase(leg);
}

void Shard::receive_shared(MutableBytes datagram, const Endpoint& from, const IpAddress& local) {
  Entry* entry = find_by_datagram(datagram, from);
  if (entry != nullptr && entry->webrtc) deliver(*entry, entry->webrtc->receive(datagram, from, local));
}

Shard::Entry* Shard::find_by_datagram(Bytes datagram, const Endpoint& from) {
  if (stun::looks_like_stun(datagram)) {
    const auto ufrag = stun::receiver_ufrag(datagram);
    if (!ufrag) return nullptr;
    const auto known = by_ufrag_.find(std::string(*ufrag));
    return known == by_ufrag_.end() ? nullptr : find(known->second);
  }
  const auto known = by_address_.find(from);
  return known == by_address_.end() ? nullptr : find(known->second);
}

void Shard::receive_plain(LegId leg, PlainPort port, MutableBytes datagram, const Endpoint& from) {
  Entry* entry = find(leg);
  if (entry != nullptr && entry->plain) deliver(*entry, entry->plain->receive(port, datagram, from));
}

void Shard::deliver(Entry& talker, const ReceivedPacket& received) {
  switch (received.kind) {
    case ReceivedPacket::Kind::Nothing: return;
    case ReceivedPacket::Kind::Rtcp: return talker.leg->receive_rtcp(received.packet);
    case ReceivedPacket::Kind::Rtp: break;
  }
  const auto heard = talker.leg->receive_rtp(received.packet);
  if (!heard) return;
  for (const LegId id : talker.listeners) {
    if (Entry* listener = find(id)) listener->leg->hear(*heard);
  }
}

Shard::Entry* Shard::find(LegId leg) {
  const auto found = legs_.find(leg);
  return found == legs_.end() ? nullptr : found->second.get();
}

}  // namespace webcalling::media
