#include "call/leg/media_settings.hpp"

#include <fmt/format.h>

namespace webcalling::call {
namespace {

std::vector<media::dtls::Fingerprint> fingerprints(const sdp::WebRtcPeer& peer) {
  std::vector<media::dtls::Fingerprint> known;
  for (const sdp::Fingerprint& described : peer.fingerprints) {
    // A hash function that we do not know cannot be checked; another one of the list decides (RFC 8122 section 5).
    if (auto fingerprint = media::dtls::Fingerprint::parse(sdp::text(described)))
      known.push_back(std::move(*fingerprint));
  }
  return known;
}

media::RemoteWebRtc remote(const sdp::WebRtcPeer& peer) {
  using Role = media::dtls::DtlsEndpoint::Role;
  return {.ice = {.ufrag = peer.ice.ufrag, .pwd = peer.ice.password},
          .fingerprints = fingerprints(peer),
          .our_role = peer.our_setup == sdp::Setup::Passive ? Role::Server : Role::Client};
}

media::RemotePlain remote(const sdp::PlainPeer& peer, bool rtcp_mux) {
  return {.rtp = peer.rtp.value_or(Endpoint{}), .rtcp = peer.rtcp.value_or(Endpoint{}), .rtcp_mux = rtcp_mux};
}

media::TelephoneEventMapping mapping(std::uint8_t payload_type, std::uint32_t clock_rate) {
  return {.payload_type = media::PayloadType(payload_type), .clock_rate = clock_rate};
}

}  // namespace

media::CodecId codec_id(sdp::Codec codec) {
  switch (codec) {
    case sdp::Codec::Opus: return media::CodecId::Opus;
    case sdp::Codec::Pcmu: return media::CodecId::Pcmu;
    case sdp::Codec::Pcma: return media::CodecId::Pcma;
    case sdp::Codec::G722: return media::CodecId::G722;
  }
  return media::CodecId::Pcmu;
}

media::LegSettings media_settings(const sdp::Agreement& agreement) {
  media::LegSettings settings;
  for (const sdp::AgreedCodec& agreed : agreement.codecs) {
    settings.receive.push_back({media::PayloadType(agreed.receive_payload_type), codec_id(agreed.codec)});
  }
  const sdp::AgreedCodec& chosen = agreement.codecs.front();
  settings.send = {media::PayloadType(chosen.send_payload_type), codec_id(chosen.codec)};
  for (const sdp::AgreedTelephoneEvent& agreed : agreement.telephone_events) {
    settings.receive_events.push_back(mapping(agreed.receive_payload_type, agreed.clock_rate));
  }
  if (!agreement.telephone_events.empty()) {
    const sdp::AgreedTelephoneEvent& first = agreement.telephone_events.front();
    settings.send_events = mapping(first.send_payload_type, first.clock_rate);
  }
  settings.may_send = agreement.may_send();
  settings.may_receive = agreement.may_receive();
  if (const auto* webrtc = agreement.webrtc()) {
    settings.remote = remote(*webrtc);
  } else {
    settings.remote = remote(*agreement.plain(), agreement.rtcp_mux);
  }
  return settings;
}

}  // namespace webcalling::call
