#pragma once

#include "media/session/leg_settings.hpp"
#include "sdp/agreement.hpp"

namespace webcalling::call {

/// What the media loop must know of an agreement between us and a peer.
[[nodiscard]] media::LegSettings media_settings(const sdp::Agreement& agreement);

[[nodiscard]] media::CodecId codec_id(sdp::Codec codec);

}  // namespace webcalling::call
