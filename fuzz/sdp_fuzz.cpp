#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/bytes.hpp"
#include "sdp/negotiate.hpp"
#include "sdp/parser.hpp"
#include "sdp/writer.hpp"

namespace {

using namespace webcalling;

void require(bool holds) {
  if (!holds) std::abort();
}

sdp::LocalMedia local_media() {
  sdp::LocalMedia local;
  local.rtp = {IpAddress::v4(0x0A000001), 16384};
  local.host_candidates = {{IpAddress::v4(0x0A000001), 40000}};
  local.ice = {"ufrag123", "0123456789abcdefghijkl"};
  local.fingerprint = {"sha-256", ByteVector(32, 1)};
  local.cname = "cname";
  local.msid = "stream track";
  return local;
}

// What is written must read back as the same value. Writing may lengthen a text beyond what is read.
void require_round_trip(const sdp::Session& session) {
  const auto text = sdp::write(session);
  if (text.size() > sdp::kMaxSessionBytes) return;
  const auto again = sdp::parse(text);
  require(again.has_value() && *again == session);
}

// What we agree to must be sound, and our answer one that the offerer can accept, with the same outcome.
void require_sound_negotiation(const sdp::Session& offer, const sdp::Capabilities& ours) {
  const auto agreement = sdp::negotiate(offer, ours);
  if (!agreement) return;
  require(!agreement->codecs.empty() && agreement->media_index < offer.media.size());
  require(agreement->ptime.count() >= 10 && agreement->ptime.count() <= 60);
  const auto answer = sdp::make_answer(offer, *agreement, local_media());
  require(answer.media.size() == offer.media.size());
  require_round_trip(answer);
  const auto accepted = sdp::accept_answer(offer, answer);
  require(accepted.has_value() && accepted->codec() == agreement->codec());
  require_round_trip(sdp::make_offer(sdp::reoffer(*agreement, local_media(), answer)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto session = sdp::parse(as_text({data, size}));
  if (!session) return 0;
  require_round_trip(*session);
  require_sound_negotiation(*session, {});
  require_sound_negotiation(*session, {.codecs = {sdp::Codec::Pcmu, sdp::Codec::Opus},
                                       .order = sdp::CodecOrder::Offerers,
                                       .setup = sdp::Setup::Passive});
  (void)sdp::known_codecs(*session);
  (void)sdp::accept_answer(sdp::make_offer({.local = local_media(), .webrtc = true}), *session);
  (void)sdp::accept_answer(sdp::make_offer({.local = local_media()}), *session);
  return 0;
}
