#include "support/phone_media.hpp"

#include "sdp/parser.hpp"
#include "sdp/writer.hpp"

namespace webcalling::sim {
namespace {

constexpr std::uint16_t kPort = 7078;

/// A browser is a full ICE agent, which our own descriptions never are.
sdp::Session as_full_agent(sdp::Session session) {
  session.ice_lite = false;
  return session;
}

}  // namespace

PhoneMedia::PhoneMedia(bool webrtc, const IpAddress& address, Random& random) : webrtc_(webrtc), random_(random) {
  local_.session_id = random.u32();
  local_.session_name = "phone";
  local_.rtp = {address, kPort};
  if (!webrtc) return;
  local_.host_candidates = {{address, kPort}};
  local_.fingerprint = {.hash = "sha-256", .bytes = ByteVector(32, 0x11)};
  local_.ssrc = random.u32();
  local_.cname = random.token(10);
  local_.msid = "stream track";
  restart_ice();
}

void PhoneMedia::restart_ice() { local_.ice = {.ufrag = random_.token(4), .password = random_.token(24)}; }

void PhoneMedia::insist_on_encryption() {
  encrypts_ = true;
  local_.keys.clear();
  for (const auto suite : sdp::kCryptoSuites) {
    local_.keys.push_back({suite, ByteVector(sdp::key_and_salt_length(suite))});
    random_.fill(local_.keys.back().key_and_salt);
  }
}

sdp::OfferKind PhoneMedia::kind() const {
  if (webrtc_) return sdp::OfferKind::WebRtc;
  return encrypts_ ? sdp::OfferKind::Srtp : sdp::OfferKind::Plain;
}

sdp::Capabilities PhoneMedia::capabilities() const {
  return {.plain_rtp = !webrtc_ && !encrypts_, .sdes = encrypts_, .dtls = false, .webrtc = webrtc_};
}

std::string PhoneMedia::offer(sdp::Direction direction) {
  ++local_.session_version;
  direction_ = direction;
  return sdp::write(as_full_agent(sdp::make_offer({.local = local_, .kind = kind(), .direction = direction})));
}

std::string PhoneMedia::answer(std::string_view offer) {
  auto parsed = sdp::parse(offer);
  if (!parsed) return {};
  auto agreement = sdp::negotiate(as_full_agent(*parsed), capabilities());
  if (!agreement) return {};
  // Who has put a call on hold stays with it (RFC 3264 section 8.4).
  if (!sdp::receives(direction_)) {
    agreement->direction = sdp::sends(agreement->direction) ? sdp::Direction::SendOnly : sdp::Direction::Inactive;
  }
  ++local_.session_version;
  std::string text = sdp::write(as_full_agent(sdp::make_answer(*parsed, *agreement, local_)));
  remote_ = std::move(*parsed);
  return text;
}

void PhoneMedia::accept(std::string_view answer) {
  if (auto parsed = sdp::parse(answer)) remote_ = std::move(*parsed);
}

std::optional<sdp::Direction> PhoneMedia::remote_direction() const {
  if (!remote_ || remote_->media.empty()) return std::nullopt;
  return sdp::effective_direction(*remote_, remote_->media.front());
}

}  // namespace webcalling::sim
