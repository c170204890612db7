#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/address.hpp"
#include "sdp/attributes.hpp"
#include "sdp/candidate.hpp"
#include "sdp/direction.hpp"
#include "sdp/rtp_map.hpp"

namespace webcalling::sdp {

/// o= (RFC 8866 §5.2). Within a dialog the version grows by one with every changed description (RFC 3264 §8).
struct Origin {
  std::string username = "-";
  std::uint64_t session_id = 0;
  std::uint64_t session_version = 0;
  Address address;

  friend bool operator==(const Origin&, const Origin&) = default;
};

/// The two secrets of an ICE session (RFC 8839 §5.4).
struct IceCredentials {
  std::string ufrag;
  std::string password;

  friend bool operator==(const IceCredentials&, const IceCredentials&) = default;
};

/// The transport attributes that may stand at session level for all media or at media level for one.
struct TransportAttributes {
  std::optional<std::string> ice_ufrag;
  std::optional<std::string> ice_password;
  std::vector<std::string> ice_options;
  std::vector<Fingerprint> fingerprints;
  std::optional<Setup> setup;

  friend bool operator==(const TransportAttributes&, const TransportAttributes&) = default;
};

/// The protocols of m= lines that carry RTP (RFC 3551, 4585, 3711, 5124, 5764).
enum class Profile { RtpAvp, RtpAvpf, RtpSavp, RtpSavpf, DtlsSavp, DtlsSavpf, Other };

/// One m= line with what belongs to it.
struct Media {
  std::string type = "audio";
  std::uint16_t port = 0;
  std::uint16_t port_count = 1;
  std::string protocol = "RTP/AVP";
  std::vector<std::string> formats;  ///< for RTP decimal payload types, all 0..127
  std::optional<Address> connection;
  std::optional<Direction> direction;
  std::optional<std::string> mid;
  std::vector<RtpMap> rtp_maps;
  std::vector<FormatParameters> format_parameters;
  std::optional<std::chrono::milliseconds> ptime;
  std::optional<std::chrono::milliseconds> max_ptime;
  bool rtcp_mux = false;
  bool rtcp_mux_only = false;  ///< `rtcp_mux` is then set as well (RFC 8858)
  std::optional<RtcpAddress> rtcp;
  TransportAttributes transport;
  std::vector<Candidate> candidates;
  bool end_of_candidates = false;
  std::vector<Crypto> cryptos;
  std::vector<SsrcAttribute> ssrcs;
  std::vector<std::string> msids;  ///< "stream track" (RFC 8830)
  std::vector<ExtensionMap> extension_maps;
  std::vector<Attribute> attributes;  ///< everything else, in order

  [[nodiscard]] bool is_audio() const { return type == "audio"; }
  /// Port 0: refused in an answer, ended or not wanted in an offer (RFC 3264 §6, §8.2).
  [[nodiscard]] bool is_rejected() const { return port == 0; }
  [[nodiscard]] Profile profile() const;
  [[nodiscard]] bool is_rtp() const { return profile() != Profile::Other; }
  /// SRTP, or nothing. Other profiles may name keys as well: then encryption is offered (RFC 8643).
  [[nodiscard]] bool demands_encryption() const;
  /// The keys of its SRTP come from DTLS and nowhere else (RFC 5764).
  [[nodiscard]] bool is_dtls() const;
  /// The formats of an RTP m= line as numbers, in order; empty if it is not RTP.
  [[nodiscard]] std::vector<std::uint8_t> payload_types() const;
  /// The a=rtpmap of a payload type, or its static meaning; nothing if neither exists.
  [[nodiscard]] std::optional<RtpMap> find_rtp_map(std::uint8_t payload_type) const;
  /// The a=fmtp text of a payload type; empty if there is none.
  [[nodiscard]] std::string_view find_format_parameters(std::uint8_t payload_type) const;

  friend bool operator==(const Media&, const Media&) = default;
};

/// A session description (RFC 8866) as a value. Lines that mean nothing to a call (i= u= e= p= b= t= r= z= k=) are not
/// kept; t= is always written as "0 0".
struct Session {
  Origin origin;
  std::string name = "-";
  std::optional<Address> connection;
  std::vector<Group> groups;
  std::optional<Direction> direction;
  TransportAttributes transport;
  bool ice_lite = false;
  std::vector<Attribute> attributes;  ///< everything else, in order
  std::vector<Media> media;

  friend bool operator==(const Session&, const Session&) = default;
};

// What holds for one m= line of a session: the media level beats the session level.

/// Nothing if there is no c= line at either level.
[[nodiscard]] std::optional<Address> effective_connection(const Session& session, const Media& media);

/// Who may send. Without ICE, a connection address of 0.0.0.0 is the hold of RFC 2543 (RFC 3264 §8.4): "do not send to
/// me". With ICE it means nothing: Firefox writes it until it has a candidate.
[[nodiscard]] Direction effective_direction(const Session& session, const Media& media);

/// Nothing unless both ufrag and password are there.
[[nodiscard]] std::optional<IceCredentials> effective_ice(const Session& session, const Media& media);

[[nodiscard]] const std::vector<Fingerprint>& effective_fingerprints(const Session& session, const Media& media);

[[nodiscard]] std::optional<Setup> effective_setup(const Session& session, const Media& media);

}  // namespace webcalling::sdp
