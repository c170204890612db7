#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"

namespace webcalling::sdp {

/// One a=candidate line (RFC 8839 §5.1). Extensions such as generation and network-cost are not kept: they mean nothing
/// to the other side.
struct Candidate {
  enum class Type { Host, ServerReflexive, PeerReflexive, Relay };

  std::string foundation;
  std::uint16_t component = 1;
  std::string transport = "udp";  ///< lower case
  std::uint32_t priority = 0;
  std::string address;  ///< an IP address, or a name: browsers hide theirs behind UUID.local (never resolve that)
  std::uint16_t port = 0;
  Type type = Type::Host;
  std::optional<std::string> related_address;
  std::optional<std::uint16_t> related_port;
  std::optional<std::string> tcp_type;

  /// Address and port; nothing if the address is a name.
  [[nodiscard]] std::optional<Endpoint> endpoint() const;

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// The value of an a=candidate line; nothing if it is malformed, or of an unknown type, which RFC 8839 §5.1 says to
/// ignore.
[[nodiscard]] std::optional<Candidate> parse_candidate(std::string_view value);
[[nodiscard]] std::string text(const Candidate& candidate);

/// The host candidate of one of our own sockets. `rank` is its place in the order of preference, 0 being the best;
/// foundation and priority follow from it (RFC 8445 §5.1.1.3, §5.1.2.1).
[[nodiscard]] Candidate host_candidate(const Endpoint& endpoint, std::uint16_t rank);

}  // namespace webcalling::sdp
