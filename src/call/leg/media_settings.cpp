#include "call/leg/media_settings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace webcalling::call {
namespace {

using Role = media::dtls::DtlsEndpoint::Role;

std::vector<media::dtls::Fingerprint> fingerprints(const sdp::DtlsPeer& peer) {
  std::vector<media::dtls::Fingerprint> known;
  for (const sdp::Fingerprint& described : peer.fingerprints) {
    // A hash function that we do not know cannot be checked; another one of the list decides (RFC 8122 section 5).
    if (auto fingerprint = media::dtls::Fingerprint::parse(sdp::text(described)))
      known.push_back(std::move(*fingerprint));
  }
  return known;
}

Role role(const sdp::DtlsPeer& peer) { return peer.our_setup == sdp::Setup::Passive ? Role::Server : Role::Client; }

media::srtp::Profile profile(sdp::CryptoSuite suite) {
  switch (suite) {
    case sdp::CryptoSuite::AeadAes128Gcm: return media::srtp::Profile::AeadAes128Gcm;
    case sdp::CryptoSuite::AesCm128HmacSha1_80: return media::srtp::Profile::Aes128CmSha1_80;
    case sdp::CryptoSuite::AesCm128HmacSha1_32: return media::srtp::Profile::Aes128CmSha1_32;
  }
  return {};
}

media::srtp::MasterKey master_key(const sdp::SdesKey& described) {
  media::srtp::MasterKey key{.profile = profile(described.suite)};
  ByteReader reader(described.key_and_salt);
  std::ranges::copy(reader.take(key.key.size()), key.key.begin());
  std::ranges::copy(reader.take(media::srtp::salt_length(key.profile)), key.salt.begin());
  return key;
}

media::srtp::MasterKey key_of_suite(const std::vector<sdp::SdesKey>& keys, sdp::CryptoSuite suite) {
  return master_key(*std::ranges::find(keys, suite, &sdp::SdesKey::suite));
}

media::RemotePlain remote(const sdp::Agreement& agreement, const std::vector<sdp::SdesKey>& our_keys) {
  const sdp::PlainPeer& peer = *agreement.plain();
  media::RemotePlain remote{.rtp = peer.rtp.value_or(Endpoint{}),
                            .rtcp = peer.rtcp.value_or(Endpoint{}),
                            .rtcp_mux = agreement.rtcp_mux,
                            .protection = media::InTheClear{}};
  if (const auto* sdes = agreement.sdes()) {
    remote.protection = media::SdesKeys{key_of_suite(our_keys, sdes->key.suite), master_key(sdes->key)};
  } else if (const auto* dtls = agreement.dtls()) {
    remote.protection = media::RemoteDtls{fingerprints(*dtls), role(*dtls)};
  }
  return remote;
}

media::RemoteWebRtc remote(const sdp::WebRtcPeer& peer) {
  return {.ice = {.ufrag = peer.ice.ufrag, .pwd = peer.ice.password},
          .fingerprints = fingerprints(peer),
          .our_role = role(peer)};
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

media::LegSettings media_settings(const sdp::Agreement& agreement, const std::vector<sdp::SdesKey>& our_keys) {
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
  settings.ptime = agreement.ptime;
  settings.may_send = agreement.may_send();
  settings.may_receive = agreement.may_receive();
  if (const auto* webrtc = agreement.webrtc()) {
    settings.remote = remote(*webrtc);
  } else {
    settings.remote = remote(agreement, our_keys);
  }
  return settings;
}

}  // namespace webcalling::call
