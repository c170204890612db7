#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "sdp/codec.hpp"

namespace webcalling::call {

/// What we can translate between, best first; `preferred` before all others.
[[nodiscard]] inline std::vector<sdp::Codec> our_codecs(std::optional<sdp::Codec> preferred = {}) {
  std::vector<sdp::Codec> codecs{sdp::Codec::Opus, sdp::Codec::G722, sdp::Codec::Pcma, sdp::Codec::Pcmu};
  if (preferred) {
    std::stable_partition(codecs.begin(), codecs.end(), [&](sdp::Codec codec) { return codec == *preferred; });
  }
  return codecs;
}

}  // namespace webcalling::call
