#include "sdp/describe.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace webcalling::sdp {
namespace {

// What an audio m= line of ours says beside what LocalMedia holds.
struct AudioLine {
  bool webrtc = false;
  std::vector<Crypto> cryptos;
  std::optional<Setup> setup;  ///< nothing: no DTLS
  std::string protocol;
  std::vector<RtpMap> maps;
  Direction direction = Direction::SendRecv;
  std::chrono::milliseconds ptime{20};
  bool rtcp_mux = false;
  std::optional<std::string> mid;
};

// The address and port that o=, c= and m= name.
Endpoint advertised(const LocalMedia& local, bool webrtc) {
  if (!webrtc) return local.rtp;
  return local.host_candidates.empty() ? Endpoint{} : local.host_candidates.front();
}

Session session_level(const LocalMedia& local, bool webrtc) {
  const auto address = Address::of(advertised(local, webrtc).address);
  Session session;
  session.origin = {"WebCalling", local.session_id, local.session_version, address};
  session.name = local.session_name;
  session.connection = address;
  session.ice_lite = webrtc;
  return session;
}

void add_format(Media& media, const RtpMap& map, const OpusParameters& opus) {
  media.formats.push_back(std::to_string(map.payload_type));
  media.rtp_maps.push_back(map);
  std::string parameters;
  if (codec_of(map) == Codec::Opus) parameters = text(opus);
  // RFC 4733 §3.2: the sixteen keys, and 16, the hook flash.
  if (ascii::equals_ignoring_case(map.encoding, "telephone-event")) parameters = "0-16";
  if (!parameters.empty()) media.format_parameters.push_back({map.payload_type, std::move(parameters)});
}

void add_dtls(Media& media, const LocalMedia& local, Setup setup) {
  media.transport.fingerprints = {local.fingerprint};
  media.transport.setup = setup;
}

void add_ice(Media& media, const LocalMedia& local) {
  const auto first = advertised(local, true);
  media.rtcp = RtcpAddress{first.port, Address::of(first.address)};
  media.transport.ice_ufrag = local.ice.ufrag;
  media.transport.ice_password = local.ice.password;
  std::uint16_t rank = 0;
  for (const auto& endpoint : local.host_candidates) media.candidates.push_back(host_candidate(endpoint, rank++));
  media.end_of_candidates = true;
  media.msids = {local.msid};
  media.ssrcs = {{local.ssrc, "cname", local.cname}, {local.ssrc, "msid", local.msid}};
}

Media audio_line(const LocalMedia& local, const AudioLine& line) {
  Media media;
  media.port = advertised(local, line.webrtc).port;
  media.protocol = line.protocol;
  for (const auto& map : line.maps) add_format(media, map, local.opus);
  media.direction = line.direction;
  media.ptime = line.ptime;
  media.rtcp_mux = line.rtcp_mux;
  media.mid = line.mid;
  media.cryptos = line.cryptos;
  if (line.setup) add_dtls(media, local, *line.setup);
  if (line.webrtc) add_ice(media, local);
  return media;
}

// RFC 3264 §6: port 0, the formats as they were. No direction: SIP.js takes the first one of the text for the call's.
Media refused_line(const Media& offered) {
  Media media;
  media.type = offered.type;
  media.protocol = offered.protocol;
  media.formats = offered.formats;
  media.mid = offered.mid;
  return media;
}

std::vector<RtpMap> agreed_maps(const Media& offered, const Agreement& agreement) {
  std::vector<RtpMap> maps;
  const auto add = [&](std::uint8_t payload_type) {
    if (auto map = offered.find_rtp_map(payload_type)) maps.push_back(*std::move(map));
  };
  for (const auto& codec : agreement.codecs) add(codec.receive_payload_type);
  for (const auto& event : agreement.telephone_events) add(event.receive_payload_type);
  return maps;
}

// The key under which we send, in a line of the tag that was agreed on.
std::vector<Crypto> answered_cryptos(const Agreement& agreement, const LocalMedia& local) {
  const auto* theirs = agreement.sdes();
  if (theirs == nullptr) return {};
  const auto ours = std::find_if(local.keys.begin(), local.keys.end(),
                                 [&](const SdesKey& key) { return key.suite == theirs->key.suite; });
  if (ours == local.keys.end()) return {};
  return {crypto_line(theirs->tag, *ours)};
}

std::vector<Crypto> offered_cryptos(const LocalMedia& local) {
  std::vector<Crypto> lines;
  for (const auto& key : local.keys) lines.push_back(crypto_line(static_cast<std::uint32_t>(lines.size() + 1), key));
  return lines;
}

std::string_view protocol_of(OfferKind kind) {
  switch (kind) {
    case OfferKind::Plain:
    case OfferKind::OptionalSrtp: return "RTP/AVP";
    case OfferKind::Srtp: return "RTP/SAVP";
    case OfferKind::WebRtc: return "UDP/TLS/RTP/SAVPF";
  }
  return {};
}

OfferKind kind_of(const Agreement& agreement) {
  if (agreement.is_webrtc()) return OfferKind::WebRtc;
  return agreement.dtls() != nullptr || agreement.sdes() != nullptr ? OfferKind::Srtp : OfferKind::Plain;
}

bool offers(const OfferSpec& spec, std::uint8_t payload_type) {
  return std::any_of(spec.codecs.begin(), spec.codecs.end(),
                     [&](const OfferedCodec& offered) { return offered.payload_type == payload_type; });
}

std::vector<OfferedTelephoneEvent> offered_telephone_events(const OfferSpec& spec) {
  if (!spec.telephone_events.empty()) return spec.telephone_events;
  const bool has_opus = std::any_of(spec.codecs.begin(), spec.codecs.end(),
                                    [](const OfferedCodec& offered) { return offered.codec == Codec::Opus; });
  std::vector<OfferedTelephoneEvent> events{{101, 8000}};
  if (has_opus) events.insert(events.begin(), {110, 48000});
  // A codec may have come under one of these numbers, if this is a re-offer.
  std::uint8_t free = 112;
  for (auto& event : events) {
    while (offers(spec, event.payload_type)) event.payload_type = free++;
  }
  return events;
}

std::vector<RtpMap> offered_maps(const OfferSpec& spec) {
  std::vector<RtpMap> maps;
  for (const auto& offered : spec.codecs) {
    maps.push_back(default_rtp_map(offered.codec));
    maps.back().payload_type = offered.payload_type;
  }
  for (const auto& event : offered_telephone_events(spec)) {
    maps.push_back({event.payload_type, "telephone-event", event.clock_rate, 1});
  }
  return maps;
}

// The place of the audio in our last description: the line in use, otherwise a refused one that may be used anew
// (RFC 3264 §8.1), otherwise a new one at the end.
std::size_t audio_place(const std::vector<Media>& previous) {
  const auto in_use = [](const Media& media) { return media.is_audio() && !media.is_rejected(); };
  auto found = std::find_if(previous.begin(), previous.end(), in_use);
  if (found == previous.end()) {
    found = std::find_if(previous.begin(), previous.end(), [](const Media& media) { return media.is_audio(); });
  }
  return static_cast<std::size_t>(found - previous.begin());
}

}  // namespace

Session make_answer(const Session& offer, const Agreement& agreement, const LocalMedia& local) {
  const auto* dtls = agreement.dtls();
  auto answer = session_level(local, agreement.is_webrtc());
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const auto& offered = offer.media[i];
    if (i != agreement.media_index || offered.is_rejected()) {
      answer.media.push_back(refused_line(offered));
      continue;
    }
    answer.media.push_back(audio_line(local, {.webrtc = agreement.is_webrtc(),
                                              .cryptos = answered_cryptos(agreement, local),
                                              .setup = dtls ? std::optional(dtls->our_setup) : std::nullopt,
                                              .protocol = offered.protocol,
                                              .maps = agreed_maps(offered, agreement),
                                              .direction = agreement.direction,
                                              .ptime = agreement.ptime,
                                              .rtcp_mux = agreement.rtcp_mux,
                                              .mid = offered.mid}));
  }
  if (agreement.bundled && agreement.mid) answer.groups.push_back({"BUNDLE", {*agreement.mid}});
  return answer;
}

Session make_offer(const OfferSpec& spec) {
  const bool webrtc = spec.kind == OfferKind::WebRtc;
  const bool has_keys = spec.kind == OfferKind::OptionalSrtp || spec.kind == OfferKind::Srtp;
  const bool has_dtls = webrtc || (has_keys && !spec.local.fingerprint.bytes.empty());
  AudioLine line{.webrtc = webrtc,
                 .cryptos = has_keys ? offered_cryptos(spec.local) : std::vector<Crypto>{},
                 .setup = has_dtls ? std::optional(Setup::ActPass) : std::nullopt,
                 .protocol = std::string(protocol_of(spec.kind)),
                 .maps = offered_maps(spec),
                 .direction = spec.direction,
                 .ptime = spec.ptime,
                 .rtcp_mux = webrtc || spec.rtcp_mux,
                 .mid = spec.mid};
  auto offer = session_level(spec.local, webrtc);
  const auto previous = spec.previous ? spec.previous->media : std::vector<Media>{};
  const auto place = audio_place(previous);
  for (const auto& media : previous) offer.media.push_back(refused_line(media));
  if (place == offer.media.size()) offer.media.emplace_back();
  if (place < previous.size()) {
    line.protocol = previous[place].protocol;
    if (!line.mid) line.mid = previous[place].mid;
  }
  if (webrtc && !line.mid) line.mid = "0";
  offer.media[place] = audio_line(spec.local, line);
  if (webrtc) offer.groups.push_back({"BUNDLE", {*line.mid}});
  return offer;
}

OfferSpec reoffer(const Agreement& agreement, const LocalMedia& local, const Session& previous) {
  OfferSpec spec;
  spec.local = local;
  spec.kind = kind_of(agreement);
  // Of the kinds of keys only the one in use.
  if (agreement.dtls() != nullptr) spec.local.keys.clear();
  if (const auto* sdes = agreement.sdes()) {
    spec.local.fingerprint.bytes.clear();
    std::erase_if(spec.local.keys, [&](const SdesKey& key) { return key.suite != sdes->key.suite; });
  }
  spec.codecs.clear();
  for (const auto& codec : agreement.codecs) spec.codecs.emplace_back(codec.codec, codec.receive_payload_type);
  for (const auto& event : agreement.telephone_events) {
    spec.telephone_events.push_back({event.receive_payload_type, event.clock_rate});
  }
  spec.ptime = agreement.ptime;
  spec.rtcp_mux = agreement.rtcp_mux;
  spec.mid = agreement.mid;
  spec.previous = previous;
  return spec;
}

}  // namespace webcalling::sdp
