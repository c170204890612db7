#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace webcalling::media::dtls {

/// What a datagram holds that is worth showing to the handshake (RFC 6347 §4.1).
struct Sifted {
  /// The well-formed records. Not among them: unprotected alerts and application data, which anybody could have sent.
  ByteVector records;
  /// The description of an unprotected alert that was left out: a hint for a person, nothing to act on.
  std::optional<std::uint8_t> alert;
};
[[nodiscard]] Sifted sift(Bytes datagram);

using ClientRandom = std::array<std::uint8_t, 32>;

/// A (fragment of a) ClientHello at the start of a datagram.
struct ClientHello {
  /// Only the first fragment carries it. A retransmission repeats it, another attempt brings another.
  std::optional<ClientRandom> random;
};
[[nodiscard]] std::optional<ClientHello> find_client_hello(Bytes datagram);

}  // namespace webcalling::media::dtls
