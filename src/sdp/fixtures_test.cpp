// What we make of the first offer of each phone and browser that we have a description of.
#include <gtest/gtest.h>

#include "sdp/negotiate.hpp"
#include "sdp/test_fixture.hpp"

namespace webcalling::sdp {
namespace {

enum class Keys { None, SdesGcm, Sdes80, Sdes32, Dtls };

struct Row {
  const char* fixture;
  bool ice;
  Keys keys;
  Codec codec;
  std::uint8_t payload_type;
  int ptime;  ///< of what we send, in ms
  std::uint32_t event_clock;
  std::size_t lines;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.fixture; }

Keys keys_of(const Agreement& agreement) {
  if (agreement.dtls() != nullptr) return Keys::Dtls;
  if (agreement.sdes() == nullptr) return Keys::None;
  switch (agreement.sdes()->key.suite) {
    case CryptoSuite::AeadAes128Gcm: return Keys::SdesGcm;
    case CryptoSuite::AesCm128HmacSha1_80: return Keys::Sdes80;
    case CryptoSuite::AesCm128HmacSha1_32: return Keys::Sdes32;
  }
  return Keys::None;
}

class FirstOfferTest : public ::testing::TestWithParam<Row> {};

TEST_P(FirstOfferTest, IsUnderstood) {
  const Row& row = GetParam();
  const auto offer = fixture(row.fixture);
  const auto agreement = negotiate(offer, {});
  ASSERT_TRUE(agreement) << agreement.error().text;
  EXPECT_EQ(agreement->is_webrtc(), row.ice);
  EXPECT_EQ(keys_of(*agreement), row.keys);
  EXPECT_EQ(agreement->codecs, (std::vector<AgreedCodec>{{row.codec, row.payload_type, row.payload_type}}));
  EXPECT_EQ(agreement->ptime.count(), row.ptime);
  EXPECT_EQ(agreement->telephone_events.at(0).clock_rate, row.event_clock);
  EXPECT_EQ(agreement->media_index, 0u);
  EXPECT_EQ(offer.media.size(), row.lines);
}

constexpr Row kRows[] = {
    {"chrome_offer", true, Keys::Dtls, Codec::Opus, 111, 20, 48000, 1},
    {"chrome_156_offer", true, Keys::Dtls, Codec::Opus, 111, 20, 48000, 1},
    {"chrome_156_audio_video_offer", true, Keys::Dtls, Codec::Opus, 111, 20, 48000, 2},
    {"firefox_offer", true, Keys::Dtls, Codec::Opus, 109, 20, 8000, 1},
    {"baresip_offer", false, Keys::None, Codec::Opus, 96, 20, 8000, 1},
    {"baresip_rtcp_mux_offer", false, Keys::None, Codec::Opus, 96, 20, 8000, 1},
    {"baresip_osrtp_offer", false, Keys::Sdes80, Codec::Opus, 96, 20, 8000, 1},
    {"baresip_osrtp_ice_offer", false, Keys::Sdes80, Codec::Opus, 96, 20, 8000, 1},
    {"baresip_sdes_offer", false, Keys::Sdes80, Codec::Pcmu, 0, 20, 8000, 1},
    {"baresip_sdes_no_mux_offer", false, Keys::Sdes80, Codec::Opus, 96, 20, 8000, 1},
    {"baresip_dtls_no_ice_offer", false, Keys::Dtls, Codec::Opus, 96, 20, 8000, 1},
    {"baresip_dtls_no_ice_mux_offer", false, Keys::Dtls, Codec::Opus, 96, 20, 8000, 1},
    {"baresip_dtls_offer", true, Keys::Dtls, Codec::Opus, 96, 20, 8000, 1},
    {"zoiper_offer", false, Keys::None, Codec::Opus, 106, 20, 48000, 1},
    {"linphone_srtp_offer", false, Keys::Sdes80, Codec::Opus, 96, 20, 48000, 2},
    {"yealink_two_lines_offer", false, Keys::Sdes80, Codec::G722, 9, 20, 8000, 2},
    {"snom_osrtp_offer", false, Keys::Sdes32, Codec::G722, 9, 20, 8000, 1},
    {"grandstream_srtp_offer", false, Keys::Sdes80, Codec::G722, 9, 20, 8000, 1},
    {"lync_mki_offer", false, Keys::Sdes80, Codec::G722, 9, 20, 8000, 1},
    {"asterisk_dtls_offer", false, Keys::Dtls, Codec::Opus, 107, 20, 8000, 1},
    {"cisco_ipv6_offer", false, Keys::None, Codec::Pcma, 8, 30, 8000, 2},
};

INSTANTIATE_TEST_SUITE_P(Phones, FirstOfferTest, ::testing::ValuesIn(kRows),
                         [](const auto& info) { return std::string(info.param.fixture); });

// Which of several lines is taken matters where one cannot be done.
TEST(FirstOffer, LineOfLinphoneThatLeavesRtcpInTheClearIsPassedOver) {
  EXPECT_EQ(negotiate(fixture("linphone_srtp_offer"), {})->sdes()->tag, 4u);
}

TEST(FirstOffer, LineOfLyncWithAnIdentifierIsPassedOver) {
  EXPECT_EQ(negotiate(fixture("lync_mki_offer"), {})->sdes()->tag, 3u);
}

TEST(FirstOffer, YealinkIsAnsweredOnItsSecondLineWhereEncryptionIsOff) {
  const auto agreement = negotiate(fixture("yealink_two_lines_offer"), {.sdes = false});
  ASSERT_TRUE(agreement);
  EXPECT_EQ(agreement->media_index, 1u);
  EXPECT_EQ(agreement->plain()->rtp->port, 11782);
}

}  // namespace
}  // namespace webcalling::sdp
