#include "call/leg/media_settings.hpp"

#include <gtest/gtest.h>

#include "sdp/negotiate.hpp"
#include "sdp/test_fixture.hpp"

namespace webcalling::call {
namespace {

using Role = media::dtls::DtlsEndpoint::Role;

sdp::Agreement agreement(const sdp::Session& offer, const sdp::Capabilities& ours = {}) {
  return sdp::negotiate(offer, ours).value();
}

std::vector<sdp::SdesKey> our_keys() {
  std::vector<sdp::SdesKey> keys;
  for (const auto suite : sdp::kCryptoSuites) {
    const auto first = static_cast<std::uint8_t>(keys.size() + 1);
    keys.push_back({suite, ByteVector(sdp::key_and_salt_length(suite), first)});
  }
  return keys;
}

media::LegSettings settings_of(const sdp::Agreement& agreed) { return media_settings(agreed, our_keys()); }

TEST(MediaSettings, MapPayloadTypesOfABrowser) {
  const auto settings = settings_of(agreement(sdp::fixture("chrome_offer")));
  const media::PayloadMapping opus{media::PayloadType(111), media::CodecId::Opus};
  EXPECT_EQ(settings.send, opus);
  EXPECT_EQ(settings.receive, std::vector{opus});
  // The clock of the events is that of Opus.
  EXPECT_EQ(settings.send_events, (media::TelephoneEventMapping{media::PayloadType(110), 48000}));
}

TEST(MediaSettings, MapPayloadTypesOfAPhone) {
  const auto settings = settings_of(agreement(sdp::fixture("zoiper_offer"), {.codecs = {sdp::Codec::Pcmu}}));
  EXPECT_EQ(settings.send, (media::PayloadMapping{media::PayloadType(0), media::CodecId::Pcmu}));
  EXPECT_EQ(settings.send_events, (media::TelephoneEventMapping{media::PayloadType(101), 8000}));
}

TEST(MediaSettings, TakeIceAndTheFingerprintOfABrowser) {
  const auto settings = settings_of(agreement(sdp::fixture("chrome_offer"), {.setup = sdp::Setup::Passive}));
  const auto& remote = std::get<media::RemoteWebRtc>(settings.remote);
  EXPECT_EQ(remote.ice.ufrag, "VCoG");
  EXPECT_EQ(remote.ice.pwd, "X78uD0fAvGQ5+WYsY3X8o0AK");
  ASSERT_EQ(remote.fingerprints.size(), 1u);
  EXPECT_EQ(remote.fingerprints[0].text(),
            "sha-256 3C:76:96:0B:7C:9F:A0:F4:A7:BA:D6:31:34:CB:25:D3:FA:C2:D4:8D:FE:68:02:F1:17:C0:E8:82:AD:4A:99:10");
  EXPECT_EQ(remote.our_role, Role::Server);
}

TEST(MediaSettings, BeginTheHandshakeWhenTheBrowserWaitsForIt) {
  const auto settings = settings_of(agreement(sdp::fixture("chrome_offer"), {.setup = sdp::Setup::Active}));
  EXPECT_EQ(std::get<media::RemoteWebRtc>(settings.remote).our_role, Role::Client);
}

// RFC 8122 section 5: one that we can check is enough; none at all must not mean that everybody is let in.
TEST(MediaSettings, LeaveOutFingerprintsThatNobodyCanCheck) {
  auto offer = sdp::fixture("chrome_offer");
  auto& fingerprints = offer.media[0].transport.fingerprints;
  fingerprints.insert(fingerprints.begin(), {.hash = "md2", .bytes = ByteVector(16, 1)});
  const auto settings = settings_of(agreement(offer));
  EXPECT_EQ(std::get<media::RemoteWebRtc>(settings.remote).fingerprints.size(), 1u);
}

TEST(MediaSettings, TakeTheAddressesOfAPhone) {
  const auto settings = settings_of(agreement(sdp::fixture("baresip_offer")));
  const auto& remote = std::get<media::RemotePlain>(settings.remote);
  EXPECT_EQ(remote.rtp.text(), "127.0.0.1:37372");
  EXPECT_EQ(remote.rtcp.text(), "127.0.0.1:37373");
  EXPECT_FALSE(remote.rtcp_mux);
}

TEST(MediaSettings, SendRtcpToTheRtpPortWhereItIsMultiplexed) {
  const auto settings = settings_of(agreement(sdp::fixture("zoiper_offer")));
  const auto& remote = std::get<media::RemotePlain>(settings.remote);
  EXPECT_TRUE(remote.rtcp_mux);
  EXPECT_EQ(remote.rtcp, remote.rtp);
}

TEST(MediaSettings, SayWhoMaySend) {
  const auto talking = settings_of(agreement(sdp::fixture("chrome_resume_offer")));
  EXPECT_TRUE(talking.may_send);
  EXPECT_TRUE(talking.may_receive);
  const auto held = settings_of(agreement(sdp::fixture("chrome_hold_offer")));
  EXPECT_FALSE(held.may_send);
  EXPECT_TRUE(held.may_receive);
}

TEST(MediaSettings, TakeOurKeyOfTheSuiteThatWasAgreedOn) {
  const auto settings = settings_of(agreement(sdp::fixture("snom_osrtp_offer")));
  const auto& keys = std::get<media::SdesKeys>(std::get<media::RemotePlain>(settings.remote).protection);
  EXPECT_EQ(keys.send.profile, media::srtp::Profile::Aes128CmSha1_32);
  EXPECT_EQ(keys.receive.profile, media::srtp::Profile::Aes128CmSha1_32);
  EXPECT_EQ(keys.send.key[0], 3);
  EXPECT_EQ(keys.send.salt[13], 3);
  EXPECT_EQ(keys.receive.key[0], 0xcc) << "zJX0 of its line";
}

// RFC 7714 section 12: the salt of GCM is shorter; what follows it stays zero.
TEST(MediaSettings, KnowHowLongTheSaltOfEachSuiteIs) {
  auto offer = sdp::fixture("snom_osrtp_offer");
  offer.media[0].cryptos = {sdp::crypto_line(1, {sdp::CryptoSuite::AeadAes128Gcm, ByteVector(28, 9)})};
  const auto settings = settings_of(agreement(offer));
  const auto& keys = std::get<media::SdesKeys>(std::get<media::RemotePlain>(settings.remote).protection);
  EXPECT_EQ(keys.receive.profile, media::srtp::Profile::AeadAes128Gcm);
  EXPECT_EQ(keys.receive.salt[11], 9);
  EXPECT_EQ(keys.receive.salt[12], 0);
}

TEST(MediaSettings, TakeTheFingerprintOfAPhoneWithoutIce) {
  const auto settings =
      settings_of(agreement(sdp::fixture("baresip_dtls_no_ice_offer"), {.setup = sdp::Setup::Passive}));
  const auto& remote = std::get<media::RemotePlain>(settings.remote);
  const auto& dtls = std::get<media::RemoteDtls>(remote.protection);
  EXPECT_EQ(dtls.our_role, Role::Server);
  EXPECT_EQ(dtls.fingerprints.size(), 1u);
  EXPECT_EQ(remote.rtcp.port, remote.rtp.port + 1);
}

TEST(MediaSettings, TakeThePacketTimeOfTheAgreement) {
  EXPECT_EQ(settings_of(agreement(sdp::fixture("cisco_ipv6_offer"))).ptime, std::chrono::milliseconds(30));
}

// Hold of RFC 2543: there is no address to send to.
TEST(MediaSettings, HaveNoAddressForAPhoneThatHoldsInTheOldWay) {
  const auto settings = settings_of(agreement(sdp::fixture("deskphone_hold_offer")));
  EXPECT_FALSE(settings.may_send);
  EXPECT_TRUE(std::get<media::RemotePlain>(settings.remote).rtp.address.is_unspecified());
}

TEST(MediaSettings, KnowEveryCodec) {
  EXPECT_EQ(codec_id(sdp::Codec::Opus), media::CodecId::Opus);
  EXPECT_EQ(codec_id(sdp::Codec::Pcmu), media::CodecId::Pcmu);
  EXPECT_EQ(codec_id(sdp::Codec::Pcma), media::CodecId::Pcma);
  EXPECT_EQ(codec_id(sdp::Codec::G722), media::CodecId::G722);
}

}  // namespace
}  // namespace webcalling::call
