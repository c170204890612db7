#pragma once

#include "media/session/leg_settings.hpp"
#include "sdp/agreement.hpp"

namespace webcalling::call {

/// What the media loop must know of an agreement between us and a peer. `our_keys` are those that stood in our
/// description: one of the suite that was agreed on is among them.
[[nodiscard]] media::LegSettings media_settings(const sdp::Agreement& agreement,
                                                const std::vector<sdp::SdesKey>& our_keys);

[[nodiscard]] media::CodecId codec_id(sdp::Codec codec);

}  // namespace webcalling::call
