#include "sdp/agreement.hpp"

namespace webcalling::sdp {

bool ice_restarted(const Agreement& previous, const Agreement& next) {
  const auto* before = previous.webrtc();
  const auto* after = next.webrtc();
  return before != nullptr && after != nullptr && before->ice != after->ice;
}

}  // namespace webcalling::sdp
