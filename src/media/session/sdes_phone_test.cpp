// Phones with SRTP whose keys come from the signalling.
#include <gtest/gtest.h>

#include "media/session/browser_for_tests.hpp"
#include "media/session/phone_for_tests.hpp"
#include "media/session/secure_phone_for_tests.hpp"

namespace webcalling::media {
namespace {

using srtp::Profile;

const Endpoint kDesk{ip("198.51.100.20"), 5004};
const Endpoint kHall{ip("198.51.100.21"), 5006};
const Endpoint kLaptop{ip("203.0.113.30"), 50000};
const Endpoint kNat{ip("203.0.113.9"), 61000};
const Endpoint kElsewhere{ip("203.0.113.77"), 62000};
const Endpoint kStranger{ip("198.51.100.66"), 6666};

class SdesPhoneTest : public ::testing::TestWithParam<Profile> {
 protected:
  SdesPhoneTest() {
    secure_.answer();
    plain_.answer();
    world_.shard.listen(secure_.leg(), OtherLeg{plain_.leg()});
    world_.shard.listen(plain_.leg(), OtherLeg{secure_.leg()});
  }
  void expect_conversation() {
    secure_.voice.forget();
    plain_.voice.forget();
    secure_.talk();
    plain_.talk();
    world_.run(1s);
    EXPECT_GT(secure_.voice.share_of(900), 0.9);
    EXPECT_GT(plain_.voice.share_of(700), 0.9);
    EXPECT_GT(secure_.voice.level(), -25);
    EXPECT_GT(plain_.voice.level(), -25);
  }
  [[nodiscard]] std::uint64_t refused() const { return world_.shard.counters().refused; }

  World world_;
  SecurePhone secure_{world_, world_.open_plain(1), kDesk, sdes_keys(GetParam()), {}};
  Phone plain_{world_, world_.open_plain(2), kHall, kPcmaWords};
};

INSTANTIATE_TEST_SUITE_P(Profiles, SdesPhoneTest,
                         ::testing::Values(Profile::AeadAes128Gcm, Profile::Aes128CmSha1_80, Profile::Aes128CmSha1_32),
                         [](const auto& info) { return std::string(srtp::name(info.param)); });

TEST_P(SdesPhoneTest, TalksWithAPlainPhone) {
  expect_conversation();
  EXPECT_EQ(secure_.unreadable, 0);
  EXPECT_EQ(refused(), 0U);
}

TEST_P(SdesPhoneTest, TalksWithABrowser) {
  Browser browser(world_, world_.open_webrtc(3), kLaptop, Browser::Role::Client);
  browser.answer_and_connect();
  world_.shard.listen(secure_.leg(), OtherLeg{browser.leg()});
  world_.shard.listen(browser.leg(), OtherLeg{secure_.leg()});
  secure_.talk();
  browser.talk();
  world_.run(1s);
  EXPECT_GT(secure_.voice.share_of(1300), 0.9);
  EXPECT_GT(browser.voice.share_of(700), 0.9);
  EXPECT_EQ(secure_.unreadable + browser.unreadable, 0);
}

TEST_P(SdesPhoneTest, GetsReportsAndIsHeardWithItsOwn) {
  expect_conversation();
  secure_.report();
  world_.run(30s);
  EXPECT_GE(secure_.reports.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<SenderReport>(secure_.reports.back()[0]));
  world_.shard.close(secure_.leg());
  world_.run(100ms);
  EXPECT_TRUE(std::holds_alternative<Goodbye>(secure_.reports.back().back()));
  EXPECT_EQ(refused(), 0U);
}

TEST_P(SdesPhoneTest, OnePortServesBothWhereRtcpIsMultiplexed) {
  SecurePhone muxed(world_, world_.open_plain(3), kLaptop, sdes_keys(GetParam()), {.rtcp_mux = true});
  muxed.answer();
  world_.shard.listen(muxed.leg(), OtherLeg{plain_.leg()});
  plain_.talk();
  muxed.talk();
  muxed.report();
  world_.run(30s);
  EXPECT_GT(muxed.voice.share_of(900), 0.9);
  EXPECT_GE(muxed.reports.size(), 4U);
  EXPECT_EQ(refused(), 0U);
}

// ATTACKS S5, S10: what is not encrypted with the key of the phone is nothing, wherever it comes from.
TEST_P(SdesPhoneTest, HearsAndBelievesNothingInTheClear) {
  expect_conversation();
  plain_.voice.forget();
  Voice attacker({kPcmuWords.audio, kPcmuWords.events, 2000}, secure_.voice.ssrc());
  for (int i = 0; i < 100; ++i) {
    const ByteVector packet = attacker.hum();
    secure_.send_raw(packet);
    world_.send(kStranger, secure_.server().rtp, packet);
    world_.send(kStranger, secure_.server().rtcp, ByteVector{0x80, 203, 0, 1, 0, 0, 0, 7});
    world_.run(20ms);
  }
  EXPECT_LT(plain_.voice.share_of(2000, 2s), 0.01);
  EXPECT_GT(plain_.voice.share_of(700, 2s), 0.9);
  EXPECT_EQ(refused(), 300U);
  EXPECT_TRUE(world_.events_of<MediaLost>(secure_.leg()).empty());
  EXPECT_EQ(world_.sent_nowhere, 0U);
}

TEST_P(SdesPhoneTest, NothingLeavesInTheClear) {
  std::size_t datagrams = 0;
  world_.add_host(kDesk, [&](const Endpoint&, Bytes datagram) {
    ++datagrams;
    const auto packet = RtpPacket::parse(datagram);
    ASSERT_TRUE(packet);
    EXPECT_GT(packet->payload().size(), 160U) << "with its tag";
    // PCMA of a tone repeats itself; what is encrypted does not.
    EXPECT_LT(std::ranges::count(packet->payload(), packet->payload()[0]), 20);
  });
  plain_.talk();
  world_.run(1s);
  EXPECT_GT(datagrams, 40U);
}

TEST_P(SdesPhoneTest, KeyThatDoesNotFitIsSilenceAndNoEnd) {
  secure_.use(sdes_keys(GetParam(), 9));
  secure_.talk();
  plain_.talk();
  world_.run(100s);
  EXPECT_TRUE(plain_.voice.headers.empty());
  EXPECT_TRUE(secure_.voice.headers.empty());
  EXPECT_TRUE(world_.events_of<MediaLost>(secure_.leg()).empty());
  secure_.answer();
  expect_conversation();
}

TEST_P(SdesPhoneTest, KeyThatNeverFitsIsToldWhenPatienceEnds) {
  secure_.use(sdes_keys(GetParam(), 9));
  secure_.talk();
  world_.run(121s);
  const auto lost = world_.events_of<MediaLost>(secure_.leg());
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_NE(lost[0].reason.find("key"), std::string::npos);
}

// A phone behind a NAT: its key tells who it is.
TEST_P(SdesPhoneTest, FirstPacketWithTheKeyTellsWhereThePhoneIs) {
  secure_.appear_at(kNat);
  expect_conversation();
  EXPECT_EQ(secure_.unreadable, 0);
  EXPECT_LT(world_.sent_nowhere, 3U) << "what went to the described address before the phone spoke";
}

TEST_P(SdesPhoneTest, PhoneWhoseNatForgotItIsFollowed) {
  expect_conversation();
  secure_.appear_at(kElsewhere);
  world_.run(200ms);
  expect_conversation();
}

// On the path one can copy packets, but not make them.
TEST_P(SdesPhoneTest, CopiesOfItsPacketsMoveNothing) {
  expect_conversation();
  secure_.fall_silent();
  for (int i = 0; i < 50; ++i) {
    const ByteVector packet = secure_.protect(secure_.voice.hum());
    // Every tenth copy is quicker than what it was copied from.
    if (i % 10 == 0) world_.send(kStranger, secure_.server().rtp, packet);
    secure_.send_raw(packet);
    world_.send(kStranger, secure_.server().rtp, packet);
    world_.run(20ms);
  }
  EXPECT_EQ(world_.sent_nowhere, 0U);
  expect_conversation();
}

TEST_P(SdesPhoneTest, SameKeysAgainChangeNothing) {
  expect_conversation();
  for (int i = 0; i < 10; ++i) {
    secure_.answer();
    world_.run(100ms);
  }
  EXPECT_EQ(secure_.unreadable, 0);
  expect_conversation();
}

TEST_P(SdesPhoneTest, AddressOfANewDescriptionIsBelievedBeforeTheOldOne) {
  expect_conversation();
  RemotePlain moved = secure_.description();
  moved.rtp = kElsewhere;
  moved.rtcp = {kElsewhere.address, static_cast<std::uint16_t>(kElsewhere.port + 1)};
  world_.shard.configure(secure_.leg(), settings_for(kPcmuWords, moved));
  std::size_t at_new_place = 0;
  world_.add_host(kElsewhere, [&](const Endpoint&, Bytes) { ++at_new_place; });
  world_.run(200ms);
  EXPECT_GT(at_new_place, 8U) << "although the old place still sends";
}

TEST_P(SdesPhoneTest, EncryptionMayEndAndBeginInACall) {
  expect_conversation();
  const auto encrypted = secure_.settings();
  LegSettings clear = encrypted;
  std::get<RemotePlain>(clear.remote).protection = InTheClear{};
  world_.shard.configure(secure_.leg(), clear);
  world_.run(100ms);
  secure_.use(sdes_keys(GetParam(), 70));
  secure_.answer();
  expect_conversation();
}

TEST_P(SdesPhoneTest, AudioSurvivesLossAndReordering) {
  world_.loss_percent = 5;
  world_.jitter = 30ms;
  secure_.talk();
  plain_.talk();
  world_.run(4s);
  EXPECT_GT(secure_.voice.share_of(900, 2s), 0.5);
  EXPECT_GT(plain_.voice.share_of(700, 2s), 0.5);
  EXPECT_EQ(secure_.unreadable, 0);
  world_.loss_percent = 0;
  world_.jitter = 0ms;
  expect_conversation();
}

/// ATTACKS S41: a phone that hears itself, after more packets than a sequence number counts, in both directions.
class LongSdesCall : public ::testing::Test {
 protected:
  static constexpr auto kProfile = Profile::Aes128CmSha1_80;

  LongSdesCall() {
    phone_.answer();
    world_.shard.listen(phone_.leg(), OtherLeg{phone_.leg()});
    phone_.talk();
    world_.run(23min);
    phone_.fall_silent();
    world_.run(100ms);
  }
  void expect_echo() {
    phone_.voice.forget();
    phone_.unreadable = 0;
    phone_.talk();
    world_.run(1s);
    EXPECT_GT(phone_.voice.share_of(700), 0.9);
    EXPECT_EQ(phone_.unreadable, 0);
    EXPECT_EQ(world_.shard.counters().refused, 0U);
  }

  World world_;
  SecurePhone phone_{world_, world_.open_plain(1), kDesk, sdes_keys(kProfile), {}};
};

TEST_F(LongSdesCall, KeepsItsCountersThroughHoldAndResume) {
  LegSettings held = phone_.settings();
  held.may_send = false;
  world_.shard.configure(phone_.leg(), held);
  world_.run(23min);
  phone_.answer();
  expect_echo();
}

TEST_F(LongSdesCall, CountsFromZeroUnderNewKeys) {
  // The phone begins anew, as one does that makes another SRTP stream of another key.
  phone_.use(sdes_keys(kProfile, 50));
  phone_.answer();
  expect_echo();
}

}  // namespace
}  // namespace webcalling::media
