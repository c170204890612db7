#include "sdp/session.hpp"

#include "base/ascii.hpp"

namespace webcalling::sdp {

Profile Media::profile() const {
  if (protocol == "RTP/AVP") return Profile::RtpAvp;
  if (protocol == "RTP/AVPF") return Profile::RtpAvpf;
  if (protocol == "RTP/SAVP") return Profile::RtpSavp;
  if (protocol == "RTP/SAVPF") return Profile::RtpSavpf;
  if (protocol == "UDP/TLS/RTP/SAVP") return Profile::DtlsSavp;
  if (protocol == "UDP/TLS/RTP/SAVPF") return Profile::DtlsSavpf;
  return Profile::Other;
}

bool Media::demands_encryption() const {
  switch (profile()) {
    case Profile::RtpSavp:
    case Profile::RtpSavpf:
    case Profile::DtlsSavp:
    case Profile::DtlsSavpf: return true;
    case Profile::RtpAvp:
    case Profile::RtpAvpf:
    case Profile::Other: break;
  }
  return false;
}

bool Media::is_dtls() const { return profile() == Profile::DtlsSavp || profile() == Profile::DtlsSavpf; }

std::vector<std::uint8_t> Media::payload_types() const {
  std::vector<std::uint8_t> out;
  if (!is_rtp()) return out;
  for (const auto& format : formats) {
    const auto payload_type = ascii::parse_number<std::uint8_t>(format);
    if (payload_type && *payload_type <= kMaxPayloadType) out.push_back(*payload_type);
  }
  return out;
}

std::optional<RtpMap> Media::find_rtp_map(std::uint8_t payload_type) const {
  for (const auto& map : rtp_maps) {
    if (map.payload_type == payload_type) return map;
  }
  return static_rtp_map(payload_type);
}

std::string_view Media::find_format_parameters(std::uint8_t payload_type) const {
  for (const auto& parameters : format_parameters) {
    if (parameters.payload_type == payload_type) return parameters.text;
  }
  return {};
}

std::optional<Address> effective_connection(const Session& session, const Media& media) {
  return media.connection ? media.connection : session.connection;
}

Direction effective_direction(const Session& session, const Media& media) {
  const auto direction = media.direction.value_or(session.direction.value_or(Direction::SendRecv));
  const auto connection = effective_connection(session, media);
  const bool nowhere = connection && connection->is_unspecified() && !effective_ice(session, media);
  return nowhere ? direction_of(sends(direction), false) : direction;
}

std::optional<IceCredentials> effective_ice(const Session& session, const Media& media) {
  const auto& ufrag = media.transport.ice_ufrag ? media.transport.ice_ufrag : session.transport.ice_ufrag;
  const auto& password = media.transport.ice_password ? media.transport.ice_password : session.transport.ice_password;
  if (!ufrag || !password) return std::nullopt;
  return IceCredentials{*ufrag, *password};
}

const std::vector<Fingerprint>& effective_fingerprints(const Session& session, const Media& media) {
  return media.transport.fingerprints.empty() ? session.transport.fingerprints : media.transport.fingerprints;
}

std::optional<Setup> effective_setup(const Session& session, const Media& media) {
  return media.transport.setup ? media.transport.setup : session.transport.setup;
}

}  // namespace webcalling::sdp
