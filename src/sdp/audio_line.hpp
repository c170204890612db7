#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "sdp/agreement.hpp"
#include "sdp/codec.hpp"
#include "sdp/session.hpp"

namespace webcalling::sdp {

// What one audio m= line of the other side offers, read with an eye on what we can do with it. Used for offers and
// answers.

/// One of our codecs with the payload type the line gives it.
struct CodecFormat {
  Codec codec = Codec::Pcmu;
  std::uint8_t payload_type = 0;
};

/// telephone-event with the payload type and clock the line gives it.
struct TelephoneEventFormat {
  std::uint8_t payload_type = 0;
  std::uint32_t clock_rate = 8000;
};

/// In the order of the line. Other encodings (red, CN, telephone-event, codecs we lack) are left out, and so are
/// payload types that nobody can rely on: those that look like RTCP, and static ones (RFC 3551 §6) that are given
/// another meaning.
[[nodiscard]] std::vector<CodecFormat> codec_formats(const Media& media);
[[nodiscard]] std::vector<TelephoneEventFormat> telephone_event_formats(const Media& media);

/// All but its protection. `rtcp_mux` is what both sides agree on. Malformed without a connection address, Unsupported
/// with one we cannot send to.
[[nodiscard]] Result<PlainPeer> plain_peer(const Session& session, const Media& media, bool rtcp_mux);

/// How much audio to put into a packet to them (RFC 8866 §6.4): at most their ptime and maxptime, 20 ms if they name
/// none.
[[nodiscard]] std::chrono::milliseconds packet_time(const Media& media, Codec codec);

/// Whether a=group:BUNDLE names this m= line.
[[nodiscard]] bool is_bundled(const Session& session, const Media& media);

}  // namespace webcalling::sdp
