#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "sdp/address.hpp"
#include "sdp/direction.hpp"

namespace webcalling::sdp {

/// An attribute that we attach no meaning to, as it stood on its line: `a=name` or `a=name:value`.
struct Attribute {
  std::string name;
  std::optional<std::string> value;

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

/// a=fingerprint (RFC 8122 §5): the hash of the certificate that the DTLS peer will show.
struct Fingerprint {
  std::string hash = "sha-256";  ///< lower case
  ByteVector bytes;

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// a=setup (RFC 4145 §4, RFC 8842 §5.2): who sends the DTLS ClientHello. Active is the DTLS client.
enum class Setup { ActPass, Active, Passive, HoldConn };

/// a=rtcp (RFC 3605): where RTCP goes if not to the port after RTP's.
struct RtcpAddress {
  std::uint16_t port = 0;
  std::optional<Address> address;

  friend bool operator==(const RtcpAddress&, const RtcpAddress&) = default;
};

/// a=crypto (RFC 4568 §9.1): an SDES key offer.
struct Crypto {
  std::uint32_t tag = 1;
  std::string suite;
  std::string key_parameters;      ///< "inline:..." as text: whoever uses the key checks its length
  std::string session_parameters;  ///< often empty

  friend bool operator==(const Crypto&, const Crypto&) = default;
};

/// a=ssrc (RFC 5576 §4.1): one property of one source.
struct SsrcAttribute {
  std::uint32_t ssrc = 0;
  std::string name;
  std::optional<std::string> value;

  friend bool operator==(const SsrcAttribute&, const SsrcAttribute&) = default;
};

/// a=extmap (RFC 8285 §8): an RTP header extension.
struct ExtensionMap {
  std::uint16_t id = 0;
  std::optional<Direction> direction;
  std::string uri;
  std::string parameters;  ///< often empty

  friend bool operator==(const ExtensionMap&, const ExtensionMap&) = default;
};

/// a=group (RFC 5888 §5): "BUNDLE" and the mids of the media that share one transport.
struct Group {
  std::string semantics;
  std::vector<std::string> mids;

  friend bool operator==(const Group&, const Group&) = default;
};

// Each reads what stands behind "a=name:" and gives nothing if that does not follow its grammar.
[[nodiscard]] std::optional<Fingerprint> parse_fingerprint(std::string_view value);
[[nodiscard]] std::optional<Setup> parse_setup(std::string_view value);
[[nodiscard]] std::optional<RtcpAddress> parse_rtcp_address(std::string_view value);
[[nodiscard]] std::optional<Crypto> parse_crypto(std::string_view value);
[[nodiscard]] std::optional<SsrcAttribute> parse_ssrc(std::string_view value);
[[nodiscard]] std::optional<ExtensionMap> parse_extension_map(std::string_view value);
[[nodiscard]] std::optional<Group> parse_group(std::string_view value);

// Each writes what its parser reads.
[[nodiscard]] std::string text(const Fingerprint& fingerprint);
[[nodiscard]] std::string_view text(Setup setup);
[[nodiscard]] std::string text(const RtcpAddress& rtcp);
[[nodiscard]] std::string text(const Crypto& crypto);
[[nodiscard]] std::string text(const SsrcAttribute& ssrc);
[[nodiscard]] std::string text(const ExtensionMap& extension);
[[nodiscard]] std::string text(const Group& group);

}  // namespace webcalling::sdp
