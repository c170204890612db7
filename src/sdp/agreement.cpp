#include "sdp/agreement.hpp"

namespace webcalling::sdp {

const DtlsPeer* Agreement::dtls() const {
  if (const auto* ours = webrtc()) return ours;
  return std::get_if<DtlsPeer>(&plain()->protection);
}

const SdesPeer* Agreement::sdes() const { return is_webrtc() ? nullptr : std::get_if<SdesPeer>(&plain()->protection); }

bool ice_restarted(const Agreement& previous, const Agreement& next) {
  const auto* before = previous.webrtc();
  const auto* after = next.webrtc();
  return before != nullptr && after != nullptr && before->ice != after->ice;
}

bool rekeyed(const Agreement& previous, const Agreement& next) {
  const auto* before = previous.sdes();
  const auto* after = next.sdes();
  return after != nullptr && (before == nullptr || before->key != after->key);
}

}  // namespace webcalling::sdp
