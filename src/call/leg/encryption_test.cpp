#include "call/leg/encryption.hpp"

#include <gtest/gtest.h>

namespace webcalling::call {
namespace {

using sdp::OfferKind;
using sip::TransportKind;

TEST(Encryption, EveryPhoneCanTakeTheFirstOffer) {
  EXPECT_EQ(offer_kind(Encryption::Optional, TransportKind::Udp), OfferKind::Plain);
  EXPECT_EQ(offer_kind(Encryption::Optional, TransportKind::Tcp), OfferKind::Plain);
  EXPECT_EQ(offer_kind(Encryption::Off, TransportKind::Tls), OfferKind::Plain);
}

TEST(Encryption, KeysAreOfferedWhereNobodyElseReadsThem) {
  EXPECT_EQ(offer_kind(Encryption::Optional, TransportKind::Tls), OfferKind::OptionalSrtp);
}

TEST(Encryption, IsDemandedWhereTheHouseDemandsIt) {
  for (const auto transport : {TransportKind::Udp, TransportKind::Tcp, TransportKind::Tls}) {
    EXPECT_EQ(offer_kind(Encryption::Required, transport), OfferKind::Srtp);
  }
  EXPECT_FALSE(capabilities(Encryption::Required).plain_rtp);
}

TEST(Encryption, IsNotForPhonesWhereTheHouseDoesWithout) {
  EXPECT_FALSE(capabilities(Encryption::Off).sdes);
  EXPECT_FALSE(capabilities(Encryption::Off).dtls);
  EXPECT_TRUE(capabilities(Encryption::Off).plain_rtp);
}

TEST(Encryption, BrowsersAlwaysEncrypt) {
  for (const auto encryption : {Encryption::Off, Encryption::Optional, Encryption::Required}) {
    EXPECT_EQ(offer_kind(encryption, TransportKind::Ws), OfferKind::WebRtc);
    EXPECT_EQ(offer_kind(encryption, TransportKind::Wss), OfferKind::WebRtc);
    EXPECT_TRUE(capabilities(encryption).webrtc);
    EXPECT_EQ(next_offer_kind(encryption, OfferKind::WebRtc), std::nullopt);
  }
}

// baresip with mediaenc=srtp-mand or dtls_srtp refuses RTP/AVP with 488, whatever keys stand below it (measured).
TEST(Encryption, PhoneThatRefusesToTalkInTheClearIsAskedAgain) {
  EXPECT_EQ(next_offer_kind(Encryption::Optional, OfferKind::Plain), OfferKind::Srtp);
  EXPECT_EQ(next_offer_kind(Encryption::Optional, OfferKind::OptionalSrtp), OfferKind::Srtp);
  EXPECT_EQ(next_offer_kind(Encryption::Optional, OfferKind::Srtp), std::nullopt);
  EXPECT_EQ(next_offer_kind(Encryption::Off, OfferKind::Plain), std::nullopt);
  EXPECT_EQ(next_offer_kind(Encryption::Required, OfferKind::Srtp), std::nullopt);
}

}  // namespace
}  // namespace webcalling::call
