#include "load/description.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "sdp/codec.hpp"
#include "sdp/parser.hpp"
#include "sdp/rtp_map.hpp"

namespace webcalling::load {
namespace {

struct Format {
  std::uint8_t payload_type;
  std::string_view encoding;
};

Format usual_format(media::CodecId codec) {
  switch (codec) {
    case media::CodecId::Opus: return {111, "opus/48000/2"};
    case media::CodecId::Pcmu: return {0, "PCMU/8000"};
    case media::CodecId::Pcma: return {8, "PCMA/8000"};
    case media::CodecId::G722: return {9, "G722/8000"};
  }
  return {0, "PCMU/8000"};
}

std::string describe(const OwnMedia& own, std::uint8_t payload_type, std::string_view setup) {
  const std::string address = own.at.address.text();
  const bool webrtc = own.kind == MediaKind::WebRtc;
  std::string text = fmt::format("v=0\r\no=- {} 1 IN IP4 {}\r\ns=-\r\nc=IN IP4 {}\r\nt=0 0\r\n",
                                 1'000'000 + own.at.port, address, address);
  if (webrtc) text += "a=group:BUNDLE 0\r\n";
  text += fmt::format("m=audio {} {} {}\r\na=rtpmap:{} {}\r\na=ptime:20\r\na=sendrecv\r\n", own.at.port,
                      webrtc ? "UDP/TLS/RTP/SAVPF" : "RTP/AVP", payload_type, payload_type,
                      usual_format(own.codec).encoding);
  if (!webrtc) return text;
  return text + fmt::format(
                    "a=mid:0\r\na=rtcp-mux\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{}\r\n"
                    "a=setup:{}\r\na=candidate:1 1 udp 2122260223 {} {} typ host\r\n",
                    own.ice.ufrag, own.ice.pwd, own.fingerprint, setup, address, own.at.port);
}

std::optional<std::uint8_t> payload_type_of(const sdp::Media& media, media::CodecId codec) {
  for (const std::uint8_t type : media.payload_types()) {
    const auto map = media.find_rtp_map(type);
    const auto known = map ? sdp::codec_of(*map) : std::nullopt;
    if (known && sdp::default_rtp_map(*known).payload_type == usual_format(codec).payload_type) return type;
  }
  return std::nullopt;
}

Result<void> read_webrtc(ServerMedia& server, const sdp::Session& session, const sdp::Media& media) {
  const auto ice = sdp::effective_ice(session, media);
  if (!ice) return missing("reading a description: it has no a=ice-ufrag and a=ice-pwd");
  server.ice = {ice->ufrag, ice->password};
  for (const auto& fingerprint : sdp::effective_fingerprints(session, media)) {
    if (auto parsed = media::dtls::Fingerprint::parse(sdp::text(fingerprint))) {
      server.fingerprints.push_back(std::move(*parsed));
    }
  }
  server.we_are_dtls_client = sdp::effective_setup(session, media) != sdp::Setup::Active;
  for (const auto& candidate : media.candidates) {
    const auto endpoint = candidate.endpoint();
    if (!endpoint || candidate.transport != "udp" || candidate.component != 1 || endpoint->address.is_v6()) continue;
    server.at = *endpoint;
    break;
  }
  return {};
}

}  // namespace

std::string make_offer(const OwnMedia& own) { return describe(own, usual_format(own.codec).payload_type, "actpass"); }

std::string make_answer(const OwnMedia& own, const ServerMedia& offered) {
  return describe(own, offered.payload_type, offered.we_are_dtls_client ? "active" : "passive");
}

Result<ServerMedia> read(std::string_view description, MediaKind kind, media::CodecId codec) {
  const auto session = sdp::parse(description);
  if (!session) return in_context("reading a description", session.error());
  if (session->media.empty()) return missing("reading a description: it has no m= line");
  const sdp::Media& media = session->media.front();
  const auto type = payload_type_of(media, codec);
  const auto address = sdp::effective_connection(*session, media);
  if (!type) return unsupported("reading a description: it lacks {}", usual_format(codec).encoding);
  if (!address || !address->ip()) return missing("reading a description: it has no address");
  ServerMedia server{.at = {*address->ip(), media.port}, .payload_type = *type};
  if (kind == MediaKind::WebRtc) {
    if (auto done = read_webrtc(server, *session, media); !done) return Failure(std::move(done.error()));
  }
  return server;
}

}  // namespace webcalling::load
