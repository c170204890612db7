#include "call/leg/encryption.hpp"

namespace webcalling::call {
namespace {

bool is_private(sip::TransportKind transport) {
  return transport == sip::TransportKind::Tls || transport == sip::TransportKind::Wss;
}

}  // namespace

sdp::Capabilities capabilities(Encryption encryption) {
  sdp::Capabilities ours;
  ours.plain_rtp = encryption != Encryption::Required;
  ours.sdes = encryption != Encryption::Off;
  ours.dtls = encryption != Encryption::Off;
  return ours;
}

sdp::OfferKind offer_kind(Encryption encryption, sip::TransportKind transport) {
  if (sip::is_web_socket(transport)) return sdp::OfferKind::WebRtc;
  switch (encryption) {
    case Encryption::Off: break;
    case Encryption::Optional: return is_private(transport) ? sdp::OfferKind::OptionalSrtp : sdp::OfferKind::Plain;
    case Encryption::Required: return sdp::OfferKind::Srtp;
  }
  return sdp::OfferKind::Plain;
}

std::optional<sdp::OfferKind> next_offer_kind(Encryption encryption, sdp::OfferKind refused) {
  const bool was_clear = refused == sdp::OfferKind::Plain || refused == sdp::OfferKind::OptionalSrtp;
  if (encryption != Encryption::Optional || !was_clear) return std::nullopt;
  return sdp::OfferKind::Srtp;
}

}  // namespace webcalling::call
