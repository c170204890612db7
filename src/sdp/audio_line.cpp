#include "sdp/audio_line.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {
namespace {

using namespace std::chrono_literals;

// RFC 5761 §4: with the marker bit these look like RTCP packet types.
bool collides_with_rtcp(std::uint8_t payload_type) { return payload_type >= 64 && payload_type <= 95; }

// RFC 3551 §6 gives the payload types below 35 one meaning for ever. An a=rtpmap of another clock is but a common
// mistake (G722/16000); one of another encoding is not believed.
std::optional<RtpMap> reliable_map(const Media& media, std::uint8_t payload_type) {
  constexpr std::uint8_t kFirstDynamic = 35;
  if (collides_with_rtcp(payload_type)) return std::nullopt;
  auto map = media.find_rtp_map(payload_type);
  if (!map || payload_type >= kFirstDynamic) return map;
  const auto fixed = static_rtp_map(payload_type);
  return fixed && ascii::equals_ignoring_case(fixed->encoding, map->encoding) ? fixed : std::nullopt;
}

template <typename Visit>
void for_each_map(const Media& media, Visit visit) {
  for (const auto payload_type : media.payload_types()) {
    if (const auto map = reliable_map(media, payload_type)) visit(*map);
  }
}

// Sending to a group or to everybody is never what a phone wants, but may be what an attacker wants.
bool is_one_host(const IpAddress& ip) {
  const auto first = ip.bytes()[0];
  return ip.is_v4() ? first < 224 : first != 0xff;
}

std::optional<Endpoint> rtcp_endpoint(const Media& media, const Endpoint& rtp, bool rtcp_mux) {
  if (rtcp_mux) return rtp;
  if (!media.rtcp) {
    if (rtp.port == UINT16_MAX) return std::nullopt;
    return Endpoint{rtp.address, static_cast<std::uint16_t>(rtp.port + 1)};
  }
  const auto named = media.rtcp->address ? media.rtcp->address->ip() : std::nullopt;
  const auto address = named.value_or(rtp.address);
  if (media.rtcp->port == 0 || address.is_unspecified() || !is_one_host(address)) return std::nullopt;
  return Endpoint{address, media.rtcp->port};
}

}  // namespace

std::vector<CodecFormat> codec_formats(const Media& media) {
  std::vector<CodecFormat> out;
  for_each_map(media, [&](const RtpMap& map) {
    if (const auto codec = codec_of(map)) out.push_back({*codec, map.payload_type});
  });
  return out;
}

std::vector<TelephoneEventFormat> telephone_event_formats(const Media& media) {
  std::vector<TelephoneEventFormat> out;
  for_each_map(media, [&](const RtpMap& map) {
    if (!ascii::equals_ignoring_case(map.encoding, "telephone-event")) return;
    out.push_back({map.payload_type, map.clock_rate});
  });
  return out;
}

Result<PlainPeer> plain_peer(const Session& session, const Media& media, bool rtcp_mux) {
  const auto connection = effective_connection(session, media);
  if (!connection) return malformed("there is no connection address (c=)");
  const auto ip = connection->ip();
  if (!ip) return unsupported("connection address '{}' is not an IP address", quotable(connection->host));
  if (!is_one_host(*ip)) return unsupported("connection address {} is not that of one host", ip->text());
  PlainPeer peer;
  if (ip->is_unspecified()) return peer;
  peer.rtp = Endpoint{*ip, media.port};
  peer.rtcp = rtcp_endpoint(media, *peer.rtp, rtcp_mux);
  return peer;
}

std::chrono::milliseconds packet_time(const Media& media, Codec codec) {
  constexpr auto kUsual = 20ms;
  constexpr auto kLeast = 10ms;
  constexpr std::array kOpusTimes{60ms, 40ms, 20ms};  // RFC 6716 §2.1.4
  constexpr std::array kOtherTimes{60ms, 50ms, 40ms, 30ms, 20ms};
  const auto most = std::min(media.ptime.value_or(kUsual), media.max_ptime.value_or(60ms));
  const auto fits = [most](std::chrono::milliseconds time) { return time <= most; };
  if (codec == Codec::Opus) {
    const auto* time = std::find_if(kOpusTimes.begin(), kOpusTimes.end(), fits);
    return time == kOpusTimes.end() ? kLeast : *time;
  }
  const auto* time = std::find_if(kOtherTimes.begin(), kOtherTimes.end(), fits);
  return time == kOtherTimes.end() ? kLeast : *time;
}

bool is_bundled(const Session& session, const Media& media) {
  if (!media.mid) return false;
  return std::any_of(session.groups.begin(), session.groups.end(), [&](const Group& group) {
    return group.semantics == "BUNDLE" &&
           std::find(group.mids.begin(), group.mids.end(), *media.mid) != group.mids.end();
  });
}

}  // namespace webcalling::sdp
