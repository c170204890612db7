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
  for (const auto suite : sdp::kCryptoSuites) {
    local.keys.push_back({suite, ByteVector(sdp::key_and_salt_length(suite), 7)});
  }
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
  // As offerers we could not do without the checks that a lite agent waits for; others can.
  if (offer.ice_lite) return;
  const auto accepted = sdp::accept_answer(offer, answer);
  require(accepted.has_value() && accepted->codec() == agreement->codec());
  require_round_trip(sdp::make_offer(sdp::reoffer(*agreement, local_media(), answer)));
}

// A description that we did not write never talks us out of encryption.
void require_what_was_demanded(sdp::OfferKind kind, const sdp::Agreement& agreement) {
  const bool encrypted = agreement.dtls() != nullptr || agreement.sdes() != nullptr;
  require(encrypted || kind == sdp::OfferKind::Plain || kind == sdp::OfferKind::OptionalSrtp);
  require(!encrypted || kind != sdp::OfferKind::Plain);
  require(agreement.is_webrtc() == (kind == sdp::OfferKind::WebRtc));
}

// A re-offer may say anything; what it leaves us with has an answer that fits it.
void require_sound_renegotiation(const sdp::Session& offer) {
  sdp::Agreement current{.codecs = {{}}};
  const auto agreement = sdp::renegotiate(offer, {}, current);
  if (!agreement) return;
  require(agreement->media_index < offer.media.size());
  const auto answer = sdp::make_answer(offer, *agreement, local_media());
  require(answer.media.size() == offer.media.size());
  require_round_trip(answer);
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
  require_sound_negotiation(*session, {.plain_rtp = false, .webrtc = false});
  require_sound_negotiation(*session, {.sdes = false, .dtls = false, .rtcp_mux = false});
  require_sound_renegotiation(*session);
  (void)sdp::known_codecs(*session);
  for (const auto kind :
       {sdp::OfferKind::Plain, sdp::OfferKind::OptionalSrtp, sdp::OfferKind::Srtp, sdp::OfferKind::WebRtc}) {
    const auto offer = sdp::make_offer({.local = local_media(), .kind = kind});
    const auto accepted = sdp::accept_answer(offer, *session);
    if (accepted) require_what_was_demanded(kind, *accepted);
  }
  return 0;
}
