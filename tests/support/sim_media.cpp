#include "support/sim_media.hpp"

#include <utility>

namespace webcalling::sim {
namespace {

constexpr std::uint16_t kFirstPlainPort = 16384;
constexpr std::uint16_t kSharedPort = 40000;

media::dtls::Fingerprint some_fingerprint() { return {media::dtls::Fingerprint::Hash::Sha256, ByteVector(32, 0xAB)}; }

bool is_described_by(const SimMedia::Leg& leg, const sdp::Session& session, const sdp::Media& media) {
  if (const auto* plain = std::get_if<media::LocalPlain>(&leg.local.transport)) return plain->rtp.port == media.port;
  const auto ice = sdp::effective_ice(session, media);
  return ice && ice->ufrag == std::get<media::LocalWebRtc>(leg.local.transport).ice.ufrag;
}

}  // namespace

Result<media::LocalLeg> SimMedia::open_webrtc(call::CallId call, const IpAddress& local) {
  return open(call, media::LocalWebRtc{.ice = media::ice::Credentials::generate(random_),
                                       .fingerprint = some_fingerprint(),
                                       .candidates = {{local, kSharedPort}}});
}

Result<media::LocalLeg> SimMedia::open_plain(call::CallId call, const IpAddress& local) {
  const auto port = static_cast<std::uint16_t>(kFirstPlainPort + 2 * (last_id_ + 1));
  return open(call, media::LocalPlain{.rtp = {local, port}, .rtcp = {local, static_cast<std::uint16_t>(port + 1)}});
}

Result<media::LocalLeg> SimMedia::open(call::CallId call,
                                       std::variant<media::LocalWebRtc, media::LocalPlain> transport) {
  if (!has_ports_) return failed("there is no port left");
  const media::LegId id(++last_id_);
  Leg leg{.call = call,
          .local = {.id = id,
                    .ssrc = media::Ssrc(random_.u32()),
                    .cname = random_.token(12),
                    .transport = std::move(transport)},
          .settings = {}};
  return legs_.emplace(id, std::move(leg)).first->second.local;
}

media::ice::Credentials SimMedia::restart_ice(media::LegId leg) {
  auto credentials = media::ice::Credentials::generate(random_);
  if (Leg* known = get(leg)) {
    ++known->ice_restarts;
    std::get<media::LocalWebRtc>(known->local.transport).ice = credentials;
  }
  return credentials;
}

void SimMedia::configure(media::LegId leg, const media::LegSettings& settings) {
  if (Leg* known = get(leg)) known->settings = settings;
}

void SimMedia::listen(media::LegId leg, const media::Source& source) {
  Leg* known = get(leg);
  if (known == nullptr) return;
  if (const auto* other = std::get_if<media::OtherLeg>(&source)) {
    // The legs of one call share a media loop, those of two calls need not.
    const Leg* talker = find(other->leg);
    if (talker == nullptr || talker->call != known->call) ++misuses_;
  }
  known->heard = source;
}

void SimMedia::close(media::LegId leg) {
  if (get(leg) != nullptr) legs_.erase(leg);
}

const SimMedia::Leg* SimMedia::find(const sdp::Session& description) const {
  for (const auto& [id, leg] : legs_) {
    for (const sdp::Media& media : description.media) {
      if (is_described_by(leg, description, media)) return &leg;
    }
  }
  return nullptr;
}

const SimMedia::Leg* SimMedia::find(media::LegId leg) const {
  const auto found = legs_.find(leg);
  return found == legs_.end() ? nullptr : &found->second;
}

SimMedia::Leg* SimMedia::get(media::LegId leg) {
  const auto found = legs_.find(leg);
  if (found != legs_.end()) return &found->second;
  ++misuses_;
  return nullptr;
}

}  // namespace webcalling::sim
